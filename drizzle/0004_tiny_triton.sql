ALTER TABLE `deliveries` ADD `failing_since` integer;--> statement-breakpoint
ALTER TABLE `delivery_attempts` ADD `decision` text DEFAULT '' NOT NULL;