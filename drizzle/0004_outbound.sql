ALTER TABLE `connections` ADD `outbound_groups` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `removal` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `failing_since` integer;--> statement-breakpoint
CREATE INDEX `deliveries_removal` ON `deliveries` (`tenant_id`,`connector_id`) WHERE open = 1 and removal = 1;--> statement-breakpoint
ALTER TABLE `delivery_attempts` ADD `decision` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `directory_syncs` ADD `kind` text DEFAULT 'everybody' NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `quarantined_at` integer;--> statement-breakpoint
ALTER TABLE `targets` ADD `quarantine_reason` text;--> statement-breakpoint
ALTER TABLE `targets` ADD `recent_since` integer;--> statement-breakpoint
ALTER TABLE `targets` ADD `recent_failed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `recent_references` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals_since` integer;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals_base` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `targets` ADD `removals_held_at` integer;