CREATE TABLE `directory_syncs` (
	`tenant_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`state` text NOT NULL,
	`phase` text NOT NULL,
	`after_id` text NOT NULL,
	`total` integer NOT NULL,
	`seen` integer NOT NULL,
	`marked` integer NOT NULL,
	`started` integer NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `connector_id`)
);
--> statement-breakpoint
CREATE INDEX `directory_syncs_running` ON `directory_syncs` (`tenant_id`) WHERE state = 'running';--> statement-breakpoint
CREATE TABLE `log_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`keep_days` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `provisioned_members` (
	`tenant_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`group_id` text NOT NULL,
	`member_id` text NOT NULL,
	`remote_id` text NOT NULL,
	`member_type` text NOT NULL,
	`is_sure` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `connector_id`, `group_id`, `member_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `targets` (
	`tenant_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`capabilities` text,
	`capabilities_at` integer,
	`wait_until` integer,
	`paused_at` integer,
	`pause_reason` text,
	`last_success` integer,
	`last_failure` integer,
	PRIMARY KEY(`tenant_id`, `connector_id`)
);
--> statement-breakpoint
CREATE TABLE `waiting_references` (
	`tenant_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`referred_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `connector_id`, `referred_id`, `user_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `delivery_attempts` ADD `request` text;--> statement-breakpoint
ALTER TABLE `delivery_attempts` ADD `answer` text;--> statement-breakpoint
CREATE INDEX `deliveries_turn` ON `deliveries` (`tenant_id`,`connector_id`,`next_attempt_at`) WHERE open = 1;--> statement-breakpoint
CREATE INDEX `deliveries_of_resource` ON `deliveries` (`tenant_id`,`resource_id`,`created`);--> statement-breakpoint
CREATE INDEX `deliveries_ended` ON `deliveries` (`tenant_id`,`last_modified`) WHERE open = 0;--> statement-breakpoint
INSERT INTO `provisioned_members`("tenant_id", "connector_id", "group_id", "member_id", "remote_id", "member_type", "is_sure") SELECT g.tenant_id, g.connector_id, g.resource_id, l.resource_id, l.remote_id, l.resource_type, 1 FROM `provisioned_resources` g, json_each(g.sent, '$.members') m, `provisioned_resources` l WHERE g.resource_type = 'Group' AND l.tenant_id = g.tenant_id AND l.connector_id = g.connector_id AND l.remote_id = m.value ->> 'value' ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE `provisioned_resources` SET sent = json_remove(sent, '$.members') WHERE resource_type = 'Group';
