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
ALTER TABLE `authorization_codes` ADD `amr` text;--> statement-breakpoint
ALTER TABLE `grants` ADD `amr` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `methods` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `amr` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `second_factor_at` integer;