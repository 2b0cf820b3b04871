CREATE TABLE `custom_attributes` (
	`tenant_id` text NOT NULL,
	`name_key` text NOT NULL,
	`definition` text NOT NULL,
	`created` integer NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `name_key`)
);
--> statement-breakpoint
CREATE TABLE `deleted_users` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`user_name` text NOT NULL,
	`user_name_key` text NOT NULL,
	`external_id` text,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `deleted_users_user_name` ON `deleted_users` (`tenant_id`,`user_name_key`);--> statement-breakpoint
CREATE INDEX `deleted_users_external_id` ON `deleted_users` (`tenant_id`,`external_id`) WHERE external_id is not null;--> statement-breakpoint
CREATE TABLE `password_history` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`password_hash` text NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `password_hash`)
);
--> statement-breakpoint
CREATE TABLE `password_policies` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`policy` text NOT NULL,
	`last_modified` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `unknown_members` (
	`tenant_id` text NOT NULL,
	`group_id` text NOT NULL,
	`member_id` text NOT NULL,
	`client` text NOT NULL,
	`last_seen` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `group_id`, `member_id`)
);
--> statement-breakpoint
CREATE TABLE `__new_role_members` (
	`tenant_id` text NOT NULL,
	`role_id` text NOT NULL,
	`member_id` text NOT NULL,
	`member_type` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `role_id`, `member_id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_role_members`("tenant_id", "role_id", "member_id", "member_type") SELECT "tenant_id", "role_id", "user_id", 'User' FROM `role_members`;--> statement-breakpoint
DROP TABLE `role_members`;--> statement-breakpoint
ALTER TABLE `__new_role_members` RENAME TO `role_members`;--> statement-breakpoint
CREATE INDEX `role_members_member` ON `role_members` (`tenant_id`,`member_id`,`role_id`);--> statement-breakpoint
DROP INDEX `roles_display_name`;--> statement-breakpoint
ALTER TABLE `roles` ADD `display_name_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `roles` ADD `audience` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `roles` ADD `built_in` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `roles` ADD `permissions` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `roles` ADD `last_modified` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `roles` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
UPDATE `roles` SET display_name_key = lower(display_name), built_in = 1, last_modified = created;--> statement-breakpoint
CREATE UNIQUE INDEX `roles_name` ON `roles` (`tenant_id`,`audience`,`display_name_key`);--> statement-breakpoint
CREATE TABLE `__new_user_emails` (
	`tenant_id` text NOT NULL,
	`value_key` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `value_key`, `user_id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_user_emails`("tenant_id", "value_key", "user_id") SELECT "tenant_id", "value_key", "user_id" FROM `user_emails`;--> statement-breakpoint
DROP TABLE `user_emails`;--> statement-breakpoint
ALTER TABLE `__new_user_emails` RENAME TO `user_emails`;--> statement-breakpoint
DROP INDEX `groups_external_id`;--> statement-breakpoint
ALTER TABLE `groups` ADD `compared` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `groups_last_modified` ON `groups` (`tenant_id`,`last_modified`,`id`);--> statement-breakpoint
CREATE INDEX `groups_external_id` ON `groups` (`tenant_id`,`external_id`,`id`);--> statement-breakpoint
DROP INDEX `users_external_id`;--> statement-breakpoint
ALTER TABLE `users` ADD `display_name_key` text;--> statement-breakpoint
ALTER TABLE `users` ADD `compared` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `users_display_name` ON `users` (`tenant_id`,`display_name_key`,`id`);--> statement-breakpoint
CREATE INDEX `users_last_modified` ON `users` (`tenant_id`,`last_modified`,`id`);--> statement-breakpoint
CREATE INDEX `users_external_id` ON `users` (`tenant_id`,`external_id`,`id`);--> statement-breakpoint
ALTER TABLE `applications` ADD `permissions` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `scim_tokens` ADD `access` text DEFAULT 'write' NOT NULL;--> statement-breakpoint
ALTER TABLE `scim_tokens` ADD `conformance` text DEFAULT 'lenient' NOT NULL;--> statement-breakpoint
ALTER TABLE `scim_tokens` ADD `last_used` integer;--> statement-breakpoint
ALTER TABLE `tenants` ADD `schema_version` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `authorization_codes_user` ON `authorization_codes` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `__new_group_members` (
	`tenant_id` text NOT NULL,
	`group_id` text NOT NULL,
	`member_id` text NOT NULL,
	`member_type` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `group_id`, `member_id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_group_members`("tenant_id", "group_id", "member_id", "member_type") SELECT "tenant_id", "group_id", "member_id", "member_type" FROM `group_members`;--> statement-breakpoint
DROP TABLE `group_members`;--> statement-breakpoint
ALTER TABLE `__new_group_members` RENAME TO `group_members`;--> statement-breakpoint
CREATE INDEX `group_members_member` ON `group_members` (`tenant_id`,`member_id`,`group_id`);
