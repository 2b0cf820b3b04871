CREATE TABLE `initial_access_tokens` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`description` text NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `initial_access_tokens_hash` ON `initial_access_tokens` (`tenant_id`,`token_hash`);--> statement-breakpoint
CREATE TABLE `registration_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`policy` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `applications` ADD `client_metadata` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `applications` ADD `registration_token_hash` text;