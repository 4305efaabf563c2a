CREATE TABLE "api_tokens" (
    "id" TEXT NOT NULL CONSTRAINT "pk_api_tokens" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "grants" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NULL,
    "last_used" INTEGER NULL,
    "revoked_at" INTEGER NULL
);
CREATE UNIQUE INDEX "ix_api_tokens_token_hash" ON "api_tokens" ("token_hash");
CREATE TABLE "audit_events" (
    "id" TEXT NOT NULL CONSTRAINT "pk_audit_events" PRIMARY KEY,
    "cluster_id" TEXT NULL,
    "sequence" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "revision" INTEGER NULL,
    "trace_id" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL
);
CREATE UNIQUE INDEX "ix_audit_events_cluster_id_sequence" ON "audit_events" ("cluster_id", "sequence");
CREATE UNIQUE INDEX "ix_audit_events_installation" ON "audit_events" ("sequence") WHERE cluster_id IS NULL;
CREATE TABLE "certificate_versions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_certificate_versions" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "level_kind" TEXT NOT NULL,
    "level_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "custody" TEXT NOT NULL,
    "leaf" BLOB NOT NULL,
    "chain" BLOB NOT NULL,
    "sha256" TEXT NOT NULL,
    "public_key_sha256" TEXT NOT NULL,
    "not_after" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "compromised_at" INTEGER NULL,
    "destroyed_at" INTEGER NULL,
    CONSTRAINT "fk_certificate_versions_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "ix_certificate_versions_cluster_id_level_kind_level_id_name_number" ON "certificate_versions" ("cluster_id", "level_kind", "level_id", "name", "number");
CREATE INDEX "ix_certificate_versions_cluster_id_public_key_sha256" ON "certificate_versions" ("cluster_id", "public_key_sha256");
CREATE TABLE "change_set_edits" (
    "id" TEXT NOT NULL CONSTRAINT "pk_change_set_edits" PRIMARY KEY,
    "change_set_id" TEXT NOT NULL,
    "level_kind" TEXT NOT NULL,
    "level_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "normalized_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "document_hash" TEXT NULL,
    "base_version_id" TEXT NULL,
    CONSTRAINT "fk_change_set_edits_change_set_id" FOREIGN KEY ("change_set_id") REFERENCES "change_sets" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_change_set_edits_document_hash" FOREIGN KEY ("document_hash") REFERENCES "documents" ("hash")
);
CREATE UNIQUE INDEX "ix_change_set_edits_change_set_id_level_kind_level_id_kind_normalized_name" ON "change_set_edits" ("change_set_id", "level_kind", "level_id", "kind", "normalized_name");
CREATE INDEX "ix_change_set_edits_document_hash" ON "change_set_edits" ("document_hash");
CREATE TABLE "change_sets" (
    "id" TEXT NOT NULL CONSTRAINT "pk_change_sets" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "revision" INTEGER NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "fk_change_sets_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_change_sets_cluster_id_id" ON "change_sets" ("cluster_id", "id");
CREATE TABLE "clusters" (
    "id" TEXT NOT NULL CONSTRAINT "pk_clusters" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "epoch_number" INTEGER NOT NULL,
    "epoch_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "baseline" INTEGER NOT NULL,
    "forked" INTEGER NOT NULL,
    "change_counter" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL
);
CREATE UNIQUE INDEX "ix_clusters_name" ON "clusters" ("name");
CREATE TABLE "contents" (
    "cluster_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "bytes" BLOB NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "pk_contents" PRIMARY KEY ("cluster_id", "hash"),
    CONSTRAINT "fk_contents_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE TABLE "control_certificates" (
    "id" TEXT NOT NULL CONSTRAINT "pk_control_certificates" PRIMARY KEY,
    "role" TEXT NOT NULL,
    "certificate" BLOB NOT NULL,
    "public_key_sha256" TEXT NOT NULL,
    "sealed_key" BLOB NULL,
    "not_after" INTEGER NOT NULL,
    "retired_at" INTEGER NULL
);
CREATE UNIQUE INDEX "ix_control_certificates_public_key_sha256" ON "control_certificates" ("public_key_sha256");
CREATE TABLE "desired_assignments" (
    "machine_id" TEXT NOT NULL CONSTRAINT "pk_desired_assignments" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "bundle_hash" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "signed" BLOB NOT NULL,
    "statement_hash" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "inputs_hash" TEXT NOT NULL,
    "at" INTEGER NOT NULL, "unchanged_since" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "fk_desired_assignments_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_desired_assignments_machine_id" FOREIGN KEY ("machine_id") REFERENCES "machines" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_desired_assignments_cluster_id_bundle_hash" ON "desired_assignments" ("cluster_id", "bundle_hash");
CREATE TABLE "documents" (
    "hash" TEXT NOT NULL CONSTRAINT "pk_documents" PRIMARY KEY,
    "schema_version" INTEGER NOT NULL,
    "text" TEXT NOT NULL
);
CREATE TABLE "groups" (
    "id" TEXT NOT NULL CONSTRAINT "pk_groups" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "deleted_at" INTEGER NULL,
    CONSTRAINT "fk_groups_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "ix_groups_cluster_id_name" ON "groups" ("cluster_id", "name") WHERE deleted_at IS NULL;
CREATE TABLE "idempotency_records" (
    "key" TEXT NOT NULL CONSTRAINT "pk_idempotency_records" PRIMARY KEY,
    "body_mac" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "sealed_answer" BLOB NOT NULL,
    "at" INTEGER NOT NULL
);
CREATE INDEX "ix_idempotency_records_at" ON "idempotency_records" ("at");
CREATE TABLE "identities" (
    "machine_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "public_key_sha256" TEXT NOT NULL,
    "certificate" BLOB NOT NULL,
    "issued_at" INTEGER NOT NULL,
    "not_after" INTEGER NOT NULL,
    "first_used_at" INTEGER NULL,
    "revoked_at" INTEGER NULL,
    CONSTRAINT "pk_identities" PRIMARY KEY ("machine_id", "generation"),
    CONSTRAINT "fk_identities_machine_id" FOREIGN KEY ("machine_id") REFERENCES "machines" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_identities_public_key_sha256" ON "identities" ("public_key_sha256");
CREATE TABLE "installations" (
    "id" TEXT NOT NULL CONSTRAINT "pk_installations" PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "key_check" BLOB NOT NULL,
    "sealed_secret" BLOB NOT NULL,
    "singleton" INTEGER NOT NULL,
    "change_counter" INTEGER NOT NULL,
    "trust_set_number" INTEGER NOT NULL
);
CREATE UNIQUE INDEX "ix_installations_singleton" ON "installations" ("singleton");
CREATE TABLE "items" (
    "id" TEXT NOT NULL CONSTRAINT "pk_items" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "level_kind" TEXT NOT NULL,
    "level_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "normalized_name" TEXT NOT NULL,
    "document_hash" TEXT NULL,
    "from_revision" INTEGER NOT NULL,
    "to_revision" INTEGER NULL,
    CONSTRAINT "fk_items_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_items_document_hash" FOREIGN KEY ("document_hash") REFERENCES "documents" ("hash")
);
CREATE INDEX "ix_items_cluster_id_from_revision" ON "items" ("cluster_id", "from_revision");
CREATE INDEX "ix_items_cluster_id_to_revision" ON "items" ("cluster_id", "to_revision");
CREATE UNIQUE INDEX "ix_items_current" ON "items" ("cluster_id", "level_kind", "level_id", "kind", "normalized_name") WHERE to_revision IS NULL;
CREATE INDEX "ix_items_document_hash" ON "items" ("document_hash");
CREATE INDEX "ix_items_list" ON "items" ("cluster_id", "kind", "normalized_name", "level_kind", "level_id") WHERE to_revision IS NULL;
CREATE TABLE "join_redemptions" (
    "token_id" TEXT NOT NULL,
    "use" INTEGER NOT NULL,
    "public_key_sha256" TEXT NOT NULL,
    "machine_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "response" BLOB NOT NULL,
    CONSTRAINT "pk_join_redemptions" PRIMARY KEY ("token_id", "use"),
    CONSTRAINT "fk_join_redemptions_token_id" FOREIGN KEY ("token_id") REFERENCES "join_tokens" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "ix_join_redemptions_token_id_public_key_sha256" ON "join_redemptions" ("token_id", "public_key_sha256");
CREATE TABLE "join_tokens" (
    "id" TEXT NOT NULL CONSTRAINT "pk_join_tokens" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "group_id" TEXT NULL,
    "machine_name" TEXT NULL,
    "restore_machine_id" TEXT NULL,
    "from" TEXT NOT NULL,
    "approve" INTEGER NOT NULL,
    "uses" INTEGER NOT NULL,
    "used" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "author" TEXT NOT NULL,
    "revoked_at" INTEGER NULL,
    "epoch" INTEGER NOT NULL,
    CONSTRAINT "fk_join_tokens_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_join_tokens_cluster_id_id" ON "join_tokens" ("cluster_id", "id");
CREATE UNIQUE INDEX "ix_join_tokens_token_hash" ON "join_tokens" ("token_hash");
CREATE TABLE "key_deliveries" (
    "cluster_id" TEXT NOT NULL,
    "machine_id" TEXT NOT NULL,
    "public_key_sha256" TEXT NOT NULL,
    "first" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,
    CONSTRAINT "pk_key_deliveries" PRIMARY KEY ("cluster_id", "machine_id", "public_key_sha256"),
    CONSTRAINT "fk_key_deliveries_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_key_deliveries_cluster_id_public_key_sha256" ON "key_deliveries" ("cluster_id", "public_key_sha256");
CREATE TABLE "keys" (
    "id" TEXT NOT NULL CONSTRAINT "pk_keys" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "public_key_sha256" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "sealed" BLOB NULL,
    "created_at" INTEGER NOT NULL,
    "destroyed_at" INTEGER NULL,
    CONSTRAINT "fk_keys_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "ix_keys_cluster_id_public_key_sha256" ON "keys" ("cluster_id", "public_key_sha256");
CREATE TABLE "machines" (
    "id" TEXT NOT NULL CONSTRAINT "pk_machines" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "disconnected" INTEGER NOT NULL,
    "quarantined" INTEGER NOT NULL,
    "labels" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "changed_at" INTEGER NULL,
    "recoveries" INTEGER NOT NULL,
    "order_id" INTEGER NOT NULL,
    "check_requested" INTEGER NOT NULL,
    "unmanage_requested" TEXT NULL,
    "attempt" INTEGER NOT NULL,
    CONSTRAINT "fk_machines_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_machines_group_id" FOREIGN KEY ("group_id") REFERENCES "groups" ("id")
);
CREATE UNIQUE INDEX "ix_machines_cluster_id_name" ON "machines" ("cluster_id", "name");
CREATE INDEX "ix_machines_group_id" ON "machines" ("group_id");
CREATE TABLE "manager_leases" (
    "id" TEXT NOT NULL CONSTRAINT "pk_manager_leases" PRIMARY KEY,
    "beat" INTEGER NOT NULL
);
CREATE TABLE "reports" (
    "machine_id" TEXT NOT NULL CONSTRAINT "pk_reports" PRIMARY KEY,
    "generation" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "status" BLOB NOT NULL,
    "announcement" BLOB NOT NULL,
    "capability_hash" TEXT NOT NULL,
    "trust_set_number" INTEGER NOT NULL,
    "last_seen" INTEGER NULL,
    "boot_id" TEXT NOT NULL,
    "earlier_boot_ids" TEXT NOT NULL,
    "stream_number" INTEGER NOT NULL,
    "stream_id" TEXT NULL,
    "manager_id" TEXT NULL,
    CONSTRAINT "fk_reports_machine_id" FOREIGN KEY ("machine_id") REFERENCES "machines" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_reports_manager_id" ON "reports" ("manager_id");
CREATE TABLE "revisions" (
    "cluster_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "author" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "comment" TEXT NOT NULL,
    "changes" INTEGER NOT NULL,
    "rollout_id" TEXT NULL,
    CONSTRAINT "pk_revisions" PRIMARY KEY ("cluster_id", "number"),
    CONSTRAINT "fk_revisions_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE TABLE "rollout_machines" (
    "rollout_id" TEXT NOT NULL,
    "machine_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "error" TEXT NOT NULL,
    CONSTRAINT "pk_rollout_machines" PRIMARY KEY ("rollout_id", "machine_id"),
    CONSTRAINT "fk_rollout_machines_machine_id" FOREIGN KEY ("machine_id") REFERENCES "machines" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_rollout_machines_rollout_id" FOREIGN KEY ("rollout_id") REFERENCES "rollouts" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_rollout_machines_machine_id" ON "rollout_machines" ("machine_id");
CREATE TABLE "rollouts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_rollouts" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "strategy" TEXT NOT NULL,
    "max_failures" INTEGER NOT NULL,
    "progress_deadline_seconds" INTEGER NOT NULL,
    "confirm_within_seconds" INTEGER NULL,
    "atomicity" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "started_at" INTEGER NULL,
    "ended_at" INTEGER NULL,
    "deadline" INTEGER NULL,
    "confirm_deadline" INTEGER NULL,
    "confirmed_at" INTEGER NULL,
    "lease" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    CONSTRAINT "fk_rollouts_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_rollouts_cluster_id_id" ON "rollouts" ("cluster_id", "id");
CREATE INDEX "ix_rollouts_cluster_id_revision" ON "rollouts" ("cluster_id", "revision");
CREATE INDEX "ix_rollouts_cluster_id_state" ON "rollouts" ("cluster_id", "state");
CREATE UNIQUE INDEX "ix_rollouts_one_running" ON "rollouts" ("cluster_id") WHERE state IN ('running', 'paused');
CREATE TABLE "signing_requests" (
    "id" TEXT NOT NULL CONSTRAINT "pk_signing_requests" PRIMARY KEY,
    "cluster_id" TEXT NOT NULL,
    "level_kind" TEXT NOT NULL,
    "level_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "request" BLOB NOT NULL,
    "public_key_sha256" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "fk_signing_requests_cluster_id" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_signing_requests_cluster_id_id" ON "signing_requests" ("cluster_id", "id");
CREATE INDEX "ix_signing_requests_cluster_id_level_kind_level_id_name_state" ON "signing_requests" ("cluster_id", "level_kind", "level_id", "name", "state");
CREATE INDEX "ix_signing_requests_cluster_id_public_key_sha256" ON "signing_requests" ("cluster_id", "public_key_sha256");
CREATE TABLE "trust_sets" (
    "number" INTEGER NOT NULL CONSTRAINT "pk_trust_sets" PRIMARY KEY,
    "signed" BLOB NOT NULL,
    "at" INTEGER NOT NULL
);
