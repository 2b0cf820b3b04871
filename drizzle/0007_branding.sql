CREATE TABLE `tenant_logos` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`last_modified` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `tenants` ADD `branding` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `logo` text;