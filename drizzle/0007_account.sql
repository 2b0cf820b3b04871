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
