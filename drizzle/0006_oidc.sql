CREATE TABLE `logout_deliveries` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`application_id` text NOT NULL,
	`user_id` text NOT NULL,
	`sid` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `logout_deliveries_due` ON `logout_deliveries` (`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `session_applications` (
	`tenant_id` text NOT NULL,
	`sid` text NOT NULL,
	`application_id` text NOT NULL,
	`user_id` text NOT NULL,
	`first_used` integer NOT NULL,
	`last_used` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `sid`, `application_id`)
);
--> statement-breakpoint
ALTER TABLE `applications` ADD `client_metadata` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `sid` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `sid` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_used_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `idle_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `user_agent` text;--> statement-breakpoint
CREATE INDEX `sessions_sid` ON `sessions` (`tenant_id`,`sid`);