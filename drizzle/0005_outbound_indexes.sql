DROP INDEX `deliveries_resource`;--> statement-breakpoint
DROP INDEX `deliveries_open`;--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_open` ON `deliveries` (`tenant_id`,`resource_id`,`resource_type`,`connector_id`) WHERE open = 1;--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_delivery_attempts` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`delivery_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`decision` text DEFAULT '' NOT NULL,
	`at` integer NOT NULL,
	`method` text NOT NULL,
	`url` text NOT NULL,
	`status` integer,
	`error` text,
	`request` text,
	`answer` text,
	`duration_ms` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `delivery_id`, `id`)
);
--> statement-breakpoint
INSERT INTO `__new_delivery_attempts`("tenant_id", "id", "delivery_id", "attempt", "decision", "at", "method", "url", "status", "error", "request", "answer", "duration_ms") SELECT "tenant_id", "id", "delivery_id", "attempt", "decision", "at", "method", "url", "status", "error", "request", "answer", "duration_ms" FROM `delivery_attempts`;--> statement-breakpoint
DROP TABLE `delivery_attempts`;--> statement-breakpoint
ALTER TABLE `__new_delivery_attempts` RENAME TO `delivery_attempts`;--> statement-breakpoint
PRAGMA foreign_keys=ON;