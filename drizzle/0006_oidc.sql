CREATE TABLE `consents` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`application_id` text NOT NULL,
	`scopes` text NOT NULL,
	`granted_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `application_id`)
);
--> statement-breakpoint
CREATE INDEX `consents_application` ON `consents` (`tenant_id`,`application_id`);--> statement-breakpoint
CREATE TABLE `grants` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`application_id` text NOT NULL,
	`user_id` text NOT NULL,
	`sid` text,
	`scope` text NOT NULL,
	`authenticated_at` integer NOT NULL,
	`created` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `grants_user` ON `grants` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `grants_application` ON `grants` (`tenant_id`,`application_id`);--> statement-breakpoint
CREATE INDEX `grants_expiry` ON `grants` (`tenant_id`,`expires_at`);--> statement-breakpoint
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
CREATE TABLE `pushed_requests` (
	`tenant_id` text NOT NULL,
	`id_hash` text NOT NULL,
	`application_id` text NOT NULL,
	`parameters` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id_hash`)
);
--> statement-breakpoint
CREATE INDEX `pushed_requests_expiry` ON `pushed_requests` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`tenant_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`grant_id` text NOT NULL,
	`created` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`successor_hash` text,
	PRIMARY KEY(`tenant_id`, `token_hash`)
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_grant` ON `refresh_tokens` (`tenant_id`,`grant_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_expiry` ON `refresh_tokens` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `registration_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`policy` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `revoked_tokens` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `token_id`)
);
--> statement-breakpoint
CREATE INDEX `revoked_tokens_expiry` ON `revoked_tokens` (`tenant_id`,`expires_at`);--> statement-breakpoint
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
CREATE TABLE `used_assertions` (
	`tenant_id` text NOT NULL,
	`application_id` text NOT NULL,
	`jti_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `application_id`, `jti_hash`)
);
--> statement-breakpoint
CREATE INDEX `used_assertions_expiry` ON `used_assertions` (`tenant_id`,`expires_at`);--> statement-breakpoint
ALTER TABLE `applications` ADD `client_metadata` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `applications` ADD `registration_token_hash` text;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `claims` text;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `sid` text;--> statement-breakpoint
ALTER TABLE `authorization_requests` ADD `consented_by` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `sid` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_used_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `idle_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `user_agent` text;--> statement-breakpoint
CREATE INDEX `sessions_sid` ON `sessions` (`tenant_id`,`sid`);--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `active_at` integer;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `retired_at` integer;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `expires_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_next` ON `signing_keys` (`tenant_id`,`alg`) WHERE state = 'next';