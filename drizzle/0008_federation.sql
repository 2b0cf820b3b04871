CREATE TABLE `arrivals` (
	`tenant_id` text NOT NULL,
	`id_hash` text NOT NULL,
	`connection_id` text NOT NULL,
	`browser_hash` text NOT NULL,
	`sealed` text NOT NULL,
	`return_to` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id_hash`)
);
--> statement-breakpoint
CREATE INDEX `arrivals_expiry` ON `arrivals` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `connection_domains` (
	`tenant_id` text NOT NULL,
	`domain` text NOT NULL,
	`connection_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `domain`)
);
--> statement-breakpoint
CREATE INDEX `connection_domains_connection` ON `connection_domains` (`tenant_id`,`connection_id`);--> statement-breakpoint
CREATE TABLE `federated_sessions` (
	`tenant_id` text NOT NULL,
	`sid` text NOT NULL,
	`connection_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`upstream_sid` text,
	`sealed_id_token` text,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `sid`, `connection_id`)
);
--> statement-breakpoint
CREATE INDEX `federated_sessions_subject` ON `federated_sessions` (`tenant_id`,`connection_id`,`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `federated_sessions_upstream` ON `federated_sessions` (`tenant_id`,`connection_id`,`upstream_sid`);--> statement-breakpoint
CREATE TABLE `granted_memberships` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`kind` text NOT NULL,
	`target_id` text NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `connection_id`, `kind`, `target_id`)
);
--> statement-breakpoint
CREATE INDEX `granted_memberships_connection` ON `granted_memberships` (`tenant_id`,`connection_id`);--> statement-breakpoint
CREATE TABLE `provider_tokens` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`sealed` text NOT NULL,
	`scope` text,
	`expires_at` integer,
	`has_refresh_token` integer NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `connection_id`)
);
--> statement-breakpoint
CREATE INDEX `provider_tokens_connection` ON `provider_tokens` (`tenant_id`,`connection_id`);--> statement-breakpoint
CREATE TABLE `sign_in_decisions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`connection_id` text NOT NULL,
	`connection` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`display` text,
	`user_id` text,
	`decision` text NOT NULL,
	`reason` text NOT NULL,
	`details` text DEFAULT '{}' NOT NULL,
	`request_id` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `sign_in_decisions_connection` ON `sign_in_decisions` (`tenant_id`,`connection_id`,`id`);--> statement-breakpoint
CREATE INDEX `sign_in_decisions_user` ON `sign_in_decisions` (`tenant_id`,`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `sign_in_decisions_at` ON `sign_in_decisions` (`tenant_id`,`at`);--> statement-breakpoint
CREATE TABLE `trials` (
	`tenant_id` text NOT NULL,
	`id_hash` text NOT NULL,
	`connection_id` text NOT NULL,
	`user_id` text NOT NULL,
	`browser_hash` text NOT NULL,
	`sealed` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id_hash`)
);
--> statement-breakpoint
CREATE INDEX `trials_expiry` ON `trials` (`tenant_id`,`expires_at`);--> statement-breakpoint
ALTER TABLE `connections` ADD `sealed_private_key` text;--> statement-breakpoint
ALTER TABLE `connections` ADD `public_key` text;--> statement-breakpoint
ALTER TABLE `federated_identities` ADD `display` text;--> statement-breakpoint
ALTER TABLE `federated_identities` ADD `synced` text;