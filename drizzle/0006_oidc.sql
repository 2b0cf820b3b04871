ALTER TABLE `applications` ADD `client_metadata` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `active_at` integer;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `retired_at` integer;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `expires_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_next` ON `signing_keys` (`tenant_id`,`alg`) WHERE state = 'next';