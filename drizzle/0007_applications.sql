ALTER TABLE `applications` ADD `client_secret_sealed` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `client_secret_created` integer;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_hash` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_sealed` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_expires_at` integer;