CREATE TABLE `applications` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`description` text,
	`template` text NOT NULL,
	`client_id` text NOT NULL,
	`client_secret_hash` text,
	`redirect_uris` text NOT NULL,
	`grant_types` text NOT NULL,
	`token_endpoint_auth_method` text NOT NULL,
	`login_flow` text NOT NULL,
	`created` integer NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `applications_name` ON `applications` (`tenant_id`,`name_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `applications_client_id` ON `applications` (`tenant_id`,`client_id`);--> statement-breakpoint
CREATE TABLE `authorization_codes` (
	`tenant_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`application_id` text NOT NULL,
	`user_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`code_challenge` text,
	`nonce` text,
	`scope` text NOT NULL,
	`authenticated_at` integer NOT NULL,
	`token_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`redeemed_at` integer,
	`revoked_at` integer,
	`forget_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `code_hash`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `authorization_codes_token` ON `authorization_codes` (`tenant_id`,`token_id`);--> statement-breakpoint
CREATE INDEX `authorization_codes_forget` ON `authorization_codes` (`tenant_id`,`forget_at`);--> statement-breakpoint
CREATE TABLE `authorization_requests` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`application_id` text NOT NULL,
	`parameters` text NOT NULL,
	`browser_hash` text NOT NULL,
	`created` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `authorization_requests_expiry` ON `authorization_requests` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `connections` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`description` text,
	`template` text NOT NULL,
	`authenticator` text,
	`sealed_client_secret` text,
	`jit` text NOT NULL,
	`outbound_roles` text NOT NULL,
	`created` integer NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connections_name` ON `connections` (`tenant_id`,`name_key`);--> statement-breakpoint
CREATE TABLE `connectors` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`connection_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`enabled` integer NOT NULL,
	`settings` text NOT NULL,
	`sealed_secrets` text,
	`password_provisioning` integer NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connectors_name` ON `connectors` (`tenant_id`,`connection_id`,`name`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`connector_id` text NOT NULL,
	`resource_type` text NOT NULL,
	`resource_id` text NOT NULL,
	`resource_name` text NOT NULL,
	`operation` text NOT NULL,
	`state` text NOT NULL,
	`open` integer NOT NULL,
	`generation` integer NOT NULL,
	`with_password` integer NOT NULL,
	`attempts` integer NOT NULL,
	`last_error` text,
	`next_attempt_at` integer,
	`lease_id` text,
	`lease_until` integer,
	`created` integer NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_open` ON `deliveries` (`tenant_id`,`connector_id`,`resource_type`,`resource_id`) WHERE open = 1;--> statement-breakpoint
CREATE INDEX `deliveries_log` ON `deliveries` (`tenant_id`,`connector_id`,`created`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`next_attempt_at`) WHERE open = 1;--> statement-breakpoint
CREATE INDEX `deliveries_resource` ON `deliveries` (`tenant_id`,`resource_id`) WHERE open = 1;--> statement-breakpoint
CREATE TABLE `delivery_attempts` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`delivery_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`at` integer NOT NULL,
	`method` text NOT NULL,
	`url` text NOT NULL,
	`status` integer,
	`error` text,
	`duration_ms` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `delivery_attempts_delivery` ON `delivery_attempts` (`tenant_id`,`delivery_id`,`at`);--> statement-breakpoint
CREATE TABLE `federated_identities` (
	`tenant_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`user_id` text NOT NULL,
	`created` integer NOT NULL,
	`last_sign_in` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `connection_id`, `issuer`, `subject`)
);
--> statement-breakpoint
CREATE INDEX `federated_identities_user` ON `federated_identities` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `federation_states` (
	`tenant_id` text NOT NULL,
	`state_hash` text NOT NULL,
	`connection_id` text NOT NULL,
	`sealed` text NOT NULL,
	`return_to` text NOT NULL,
	`browser_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `state_hash`)
);
--> statement-breakpoint
CREATE INDEX `federation_states_expiry` ON `federation_states` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `group_members` (
	`tenant_id` text NOT NULL,
	`group_id` text NOT NULL,
	`member_id` text NOT NULL,
	`member_type` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `group_id`, `member_id`)
);
--> statement-breakpoint
CREATE INDEX `group_members_member` ON `group_members` (`tenant_id`,`member_id`,`group_id`);--> statement-breakpoint
CREATE TABLE `groups` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`display_name` text NOT NULL,
	`display_name_key` text NOT NULL,
	`external_id` text,
	`document` text NOT NULL,
	`created` integer NOT NULL,
	`last_modified` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_display_name` ON `groups` (`tenant_id`,`display_name_key`);--> statement-breakpoint
CREATE INDEX `groups_external_id` ON `groups` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `groups_created` ON `groups` (`tenant_id`,`created`,`id`);--> statement-breakpoint
CREATE TABLE `pending_passwords` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`sealed` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `provisioned_resources` (
	`tenant_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`resource_type` text NOT NULL,
	`resource_id` text NOT NULL,
	`remote_id` text NOT NULL,
	`sent` text NOT NULL,
	`last_modified` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `connector_id`, `resource_type`, `resource_id`)
);
--> statement-breakpoint
CREATE INDEX `provisioned_resources_resource` ON `provisioned_resources` (`tenant_id`,`resource_id`);--> statement-breakpoint
CREATE TABLE `provisioners` (
	`tenant_id` text NOT NULL,
	`application_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`blocking` integer NOT NULL,
	`jit` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `application_id`, `connector_id`)
);
--> statement-breakpoint
CREATE INDEX `provisioners_connector` ON `provisioners` (`tenant_id`,`connector_id`);--> statement-breakpoint
CREATE TABLE `role_members` (
	`tenant_id` text NOT NULL,
	`role_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `role_id`, `user_id`)
);
--> statement-breakpoint
CREATE INDEX `role_members_user` ON `role_members` (`tenant_id`,`user_id`,`role_id`);--> statement-breakpoint
CREATE TABLE `roles` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`display_name` text NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `roles_display_name` ON `roles` (`tenant_id`,`display_name`);--> statement-breakpoint
CREATE TABLE `scim_tokens` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`description` text NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `scim_tokens_hash` ON `scim_tokens` (`tenant_id`,`token_hash`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`tenant_id` text NOT NULL,
	`id_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`method` text NOT NULL,
	`authenticated_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id_hash`)
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `sign_in_failures` (
	`tenant_id` text NOT NULL,
	`user_name_key` text NOT NULL,
	`failures` integer NOT NULL,
	`last_failure` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_name_key`)
);
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`alg` text NOT NULL,
	`state` text NOT NULL,
	`public_jwk` text NOT NULL,
	`sealed_private_jwk` text NOT NULL,
	`created` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_active` ON `signing_keys` (`tenant_id`,`alg`) WHERE state = 'active';--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`created` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenants_slug_unique` ON `tenants` (`slug`);--> statement-breakpoint
CREATE TABLE `user_emails` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`value_key` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `value_key`)
);
--> statement-breakpoint
CREATE INDEX `user_emails_value` ON `user_emails` (`tenant_id`,`value_key`);--> statement-breakpoint
CREATE TABLE `users` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`user_name` text NOT NULL,
	`user_name_key` text NOT NULL,
	`external_id` text,
	`display_name` text,
	`active` integer NOT NULL,
	`document` text NOT NULL,
	`password_hash` text,
	`source` text NOT NULL,
	`source_connection_id` text,
	`created` integer NOT NULL,
	`last_modified` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_user_name` ON `users` (`tenant_id`,`user_name_key`);--> statement-breakpoint
CREATE INDEX `users_external_id` ON `users` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `users_created` ON `users` (`tenant_id`,`created`,`id`);