CREATE TABLE `alert_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`sealed_secrets` text NOT NULL,
	`last_modified` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `alerts` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer,
	`last_error` text,
	`created` integer NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `alerts_log` ON `alerts` (`tenant_id`,`created`);--> statement-breakpoint
CREATE INDEX `alerts_pending` ON `alerts` (`tenant_id`,`created`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `drifts` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`connector_id` text NOT NULL,
	`reconciliation` integer NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`resource_type` text NOT NULL,
	`resource_id` text,
	`remote_id` text NOT NULL,
	`name` text NOT NULL,
	`differences` text NOT NULL,
	`members` text,
	`sent` text,
	`mark` text,
	`found` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `drifts_remote` ON `drifts` (`tenant_id`,`connector_id`,`resource_type`,`remote_id`);--> statement-breakpoint
CREATE INDEX `drifts_list` ON `drifts` (`tenant_id`,`connector_id`,`reconciliation`,`kind`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `drifts_mark` ON `drifts` (`tenant_id`,`connector_id`,`mark`) WHERE mark is not null;--> statement-breakpoint
CREATE TABLE `reconciliations` (
	`tenant_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`state` text NOT NULL,
	`phase` text NOT NULL,
	`position` text NOT NULL,
	`counts` text NOT NULL,
	`policy` text NOT NULL,
	`trigger` text NOT NULL,
	`started` integer NOT NULL,
	`last_modified` integer NOT NULL,
	`attempts` integer NOT NULL,
	`error` text,
	`turn` text,
	`next_at` integer,
	PRIMARY KEY(`tenant_id`, `connector_id`)
);
--> statement-breakpoint
CREATE INDEX `reconciliations_due` ON `reconciliations` (`next_at`) WHERE next_at is not null;--> statement-breakpoint
ALTER TABLE `connections` ADD `outbound_groups` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `removal` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `failing_since` integer;--> statement-breakpoint
CREATE INDEX `deliveries_removal` ON `deliveries` (`tenant_id`,`connector_id`) WHERE open = 1 and removal = 1;--> statement-breakpoint
ALTER TABLE `delivery_attempts` ADD `decision` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `directory_syncs` ADD `kind` text DEFAULT 'everybody' NOT NULL;--> statement-breakpoint
ALTER TABLE `provisioned_resources` ADD `reconciled` integer;--> statement-breakpoint
CREATE INDEX `provisioned_resources_remote` ON `provisioned_resources` (`tenant_id`,`connector_id`,`resource_type`,`remote_id`);--> statement-breakpoint
ALTER TABLE `targets` ADD `quarantined_at` integer;--> statement-breakpoint
ALTER TABLE `targets` ADD `quarantine_reason` text;--> statement-breakpoint
ALTER TABLE `targets` ADD `recent_since` integer;--> statement-breakpoint
ALTER TABLE `targets` ADD `recent_failed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `recent_references` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals_since` integer;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals_base` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals_held_at` integer;