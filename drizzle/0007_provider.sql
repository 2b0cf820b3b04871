CREATE TABLE `tenant_logos` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`last_modified` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `partial_sign_ins` (
	`tenant_id` text NOT NULL,
	`id_hash` text NOT NULL,
	`browser_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`method` text NOT NULL,
	`amr` text NOT NULL,
	`password_hash` text,
	`remember` integer NOT NULL,
	`request_id` text,
	`return_to` text,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id_hash`)
);
--> statement-breakpoint
CREATE INDEX `partial_sign_ins_user` ON `partial_sign_ins` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `partial_sign_ins_expiry` ON `partial_sign_ins` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`tenant_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`user_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`is_synced` integer NOT NULL,
	`name` text NOT NULL,
	`created` integer NOT NULL,
	`last_used` integer,
	PRIMARY KEY(`tenant_id`, `credential_id`)
);
--> statement-breakpoint
CREATE INDEX `passkeys_user` ON `passkeys` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `code_hash`)
);
--> statement-breakpoint
CREATE TABLE `throttles` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`failures` integer NOT NULL,
	`last_failure` integer NOT NULL,
	`blocked_until` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `key`)
);
--> statement-breakpoint
CREATE INDEX `throttles_expiry` ON `throttles` (`tenant_id`,`last_failure`);--> statement-breakpoint
CREATE TABLE `totp_factors` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`sealed` text NOT NULL,
	`last_step` integer NOT NULL,
	`created` integer NOT NULL,
	`last_used` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `used_challenges` (
	`tenant_id` text NOT NULL,
	`challenge_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `challenge_hash`)
);
--> statement-breakpoint
CREATE INDEX `used_challenges_expiry` ON `used_challenges` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `used_proofs` (
	`tenant_id` text NOT NULL,
	`proof_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `proof_hash`)
);
--> statement-breakpoint
CREATE INDEX `used_proofs_expiry` ON `used_proofs` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `device_codes` (
	`tenant_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`user_code` text NOT NULL,
	`application_id` text NOT NULL,
	`scope` text NOT NULL,
	`resources` text,
	`state` text NOT NULL,
	`user_id` text,
	`sid` text,
	`authenticated_at` integer,
	`amr` text,
	`interval_seconds` integer NOT NULL,
	`polled_at` integer,
	`created` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `code_hash`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_codes_user_code` ON `device_codes` (`tenant_id`,`user_code`);--> statement-breakpoint
CREATE INDEX `device_codes_user` ON `device_codes` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `device_codes_application` ON `device_codes` (`tenant_id`,`application_id`);--> statement-breakpoint
CREATE INDEX `device_codes_expiry` ON `device_codes` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `device_guesses` (
	`tenant_id` text NOT NULL,
	`who` text NOT NULL,
	`tries` integer NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `who`)
);
--> statement-breakpoint
CREATE INDEX `device_guesses_since` ON `device_guesses` (`tenant_id`,`since`);--> statement-breakpoint
CREATE TABLE `opaque_tokens` (
	`tenant_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`application_id` text NOT NULL,
	`claims` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `token_hash`)
);
--> statement-breakpoint
CREATE INDEX `opaque_tokens_application` ON `opaque_tokens` (`tenant_id`,`application_id`);--> statement-breakpoint
CREATE INDEX `opaque_tokens_expiry` ON `opaque_tokens` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `mail_deliveries` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`sealed` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `mail_deliveries_due` ON `mail_deliveries` (`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `mailed_links` (
	`tenant_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text NOT NULL,
	`address_hash` text NOT NULL,
	`password_print` text NOT NULL,
	`sealed` text NOT NULL,
	`created` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `token_hash`)
);
--> statement-breakpoint
CREATE INDEX `mailed_links_user` ON `mailed_links` (`tenant_id`,`user_id`,`created`);--> statement-breakpoint
CREATE INDEX `mailed_links_address` ON `mailed_links` (`tenant_id`,`address_hash`,`created`);--> statement-breakpoint
CREATE INDEX `mailed_links_created` ON `mailed_links` (`tenant_id`,`created`);--> statement-breakpoint
CREATE TABLE `sign_up_policies` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`policy` text NOT NULL,
	`last_modified` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `verified_emails` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`address_hash` text NOT NULL,
	`verified_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `address_hash`)
);
--> statement-breakpoint
ALTER TABLE `applications` ADD `client_secret_sealed` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `client_secret_created` integer;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_hash` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_sealed` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_expires_at` integer;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `resources` text;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `amr` text;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `dpop_jkt` text;--> statement-breakpoint
ALTER TABLE `authorization_requests` ADD `pushed_hash` text;--> statement-breakpoint
CREATE INDEX `authorization_requests_pushed` ON `authorization_requests` (`tenant_id`,`pushed_hash`);--> statement-breakpoint
ALTER TABLE `grants` ADD `dpop_jkt` text;--> statement-breakpoint
ALTER TABLE `grants` ADD `claims` text;--> statement-breakpoint
ALTER TABLE `grants` ADD `resources` text;--> statement-breakpoint
ALTER TABLE `grants` ADD `amr` text;--> statement-breakpoint
ALTER TABLE `registration_settings` ADD `require_pkce` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `methods` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `amr` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `second_factor_at` integer;--> statement-breakpoint
ALTER TABLE `tenants` ADD `branding` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `logo` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `authorization` text;