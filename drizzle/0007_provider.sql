CREATE TABLE `used_proofs` (
	`tenant_id` text NOT NULL,
	`proof_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `proof_hash`)
);
--> statement-breakpoint
CREATE INDEX `used_proofs_expiry` ON `used_proofs` (`tenant_id`,`expires_at`);--> statement-breakpoint
ALTER TABLE `applications` ADD `client_secret_sealed` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `client_secret_created` integer;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_hash` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_sealed` text;--> statement-breakpoint
ALTER TABLE `applications` ADD `former_secret_expires_at` integer;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `dpop_jkt` text;--> statement-breakpoint
ALTER TABLE `authorization_requests` ADD `pushed_hash` text;--> statement-breakpoint
CREATE INDEX `authorization_requests_pushed` ON `authorization_requests` (`tenant_id`,`pushed_hash`);--> statement-breakpoint
ALTER TABLE `grants` ADD `dpop_jkt` text;--> statement-breakpoint
ALTER TABLE `registration_settings` ADD `require_pkce` integer DEFAULT true NOT NULL;