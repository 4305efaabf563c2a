using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cluster.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "api_tokens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    token_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    grants = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_tokens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_events",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    target = table.Column<string>(type: "TEXT", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: true),
                    trace_id = table.Column<string>(type: "TEXT", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: false),
                    previous_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "clusters",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    epoch_number = table.Column<long>(type: "INTEGER", nullable: false),
                    epoch_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    baseline = table.Column<long>(type: "INTEGER", nullable: false),
                    forked = table.Column<bool>(type: "INTEGER", nullable: false),
                    change_counter = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clusters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "control_certificates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    role = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    certificate = table.Column<byte[]>(type: "BLOB", nullable: false),
                    public_key_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    sealed_key = table.Column<byte[]>(type: "BLOB", nullable: true),
                    not_after = table.Column<long>(type: "INTEGER", nullable: false),
                    retired_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_control_certificates", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "documents",
                columns: table => new
                {
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    schema_version = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_documents", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_records",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    body_mac = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    sealed_answer = table.Column<byte[]>(type: "BLOB", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_records", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "installations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    key_check = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_secret = table.Column<byte[]>(type: "BLOB", nullable: false),
                    singleton = table.Column<int>(type: "INTEGER", nullable: false),
                    change_counter = table.Column<long>(type: "INTEGER", nullable: false),
                    trust_set_number = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_installations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "manager_leases",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    beat = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_manager_leases", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "trust_sets",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    signed = table.Column<byte[]>(type: "BLOB", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_trust_sets", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "certificate_versions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    level_kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    level_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    source = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    custody = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    leaf = table.Column<byte[]>(type: "BLOB", nullable: false),
                    chain = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    public_key_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    not_after = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    compromised_at = table.Column<long>(type: "INTEGER", nullable: true),
                    destroyed_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_certificate_versions", x => x.id);
                    table.ForeignKey(
                        name: "fk_certificate_versions_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "change_sets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    author = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_change_sets", x => x.id);
                    table.ForeignKey(
                        name: "fk_change_sets_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contents",
                columns: table => new
                {
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contents", x => new { x.cluster_id, x.hash });
                    table.ForeignKey(
                        name: "fk_contents_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_groups", x => x.id);
                    table.ForeignKey(
                        name: "fk_groups_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "join_tokens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    token_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    group_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    machine_name = table.Column<string>(type: "TEXT", nullable: true),
                    restore_machine_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    from = table.Column<string>(type: "TEXT", nullable: false),
                    approve = table.Column<bool>(type: "INTEGER", nullable: false),
                    uses = table.Column<int>(type: "INTEGER", nullable: false),
                    used = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    author = table.Column<string>(type: "TEXT", nullable: false),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_join_tokens", x => x.id);
                    table.ForeignKey(
                        name: "fk_join_tokens_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "key_deliveries",
                columns: table => new
                {
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    machine_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    public_key_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    first = table.Column<long>(type: "INTEGER", nullable: false),
                    last = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_key_deliveries", x => new { x.cluster_id, x.machine_id, x.public_key_sha256 });
                    table.ForeignKey(
                        name: "fk_key_deliveries_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    public_key_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    algorithm = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    size = table.Column<int>(type: "INTEGER", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    destroyed_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_keys_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "revisions",
                columns: table => new
                {
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    author = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    comment = table.Column<string>(type: "TEXT", nullable: false),
                    changes = table.Column<int>(type: "INTEGER", nullable: false),
                    rollout_id = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_revisions", x => new { x.cluster_id, x.number });
                    table.ForeignKey(
                        name: "fk_revisions_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rollouts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    strategy = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    max_failures = table.Column<int>(type: "INTEGER", nullable: false),
                    progress_deadline_seconds = table.Column<long>(type: "INTEGER", nullable: false),
                    confirm_within_seconds = table.Column<long>(type: "INTEGER", nullable: true),
                    atomicity = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    deadline = table.Column<long>(type: "INTEGER", nullable: true),
                    confirm_deadline = table.Column<long>(type: "INTEGER", nullable: true),
                    confirmed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    lease = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rollouts", x => x.id);
                    table.ForeignKey(
                        name: "fk_rollouts_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "signing_requests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    level_kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    level_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    request = table.Column<byte[]>(type: "BLOB", nullable: false),
                    public_key_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_signing_requests", x => x.id);
                    table.ForeignKey(
                        name: "fk_signing_requests_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "items",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    level_kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    level_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    normalized_name = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    document_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    from_revision = table.Column<long>(type: "INTEGER", nullable: false),
                    to_revision = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_items", x => x.id);
                    table.ForeignKey(
                        name: "fk_items_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_items_document_hash",
                        column: x => x.document_hash,
                        principalTable: "documents",
                        principalColumn: "hash");
                });

            migrationBuilder.CreateTable(
                name: "change_set_edits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    change_set_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    level_kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    level_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    normalized_name = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    action = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    document_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    base_version_id = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_change_set_edits", x => x.id);
                    table.ForeignKey(
                        name: "fk_change_set_edits_change_set_id",
                        column: x => x.change_set_id,
                        principalTable: "change_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_change_set_edits_document_hash",
                        column: x => x.document_hash,
                        principalTable: "documents",
                        principalColumn: "hash");
                });

            migrationBuilder.CreateTable(
                name: "machines",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    group_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    mode = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    disconnected = table.Column<bool>(type: "INTEGER", nullable: false),
                    quarantined = table.Column<bool>(type: "INTEGER", nullable: false),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    recoveries = table.Column<int>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    check_requested = table.Column<bool>(type: "INTEGER", nullable: false),
                    unmanage_requested = table.Column<string>(type: "TEXT", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machines", x => x.id);
                    table.ForeignKey(
                        name: "fk_machines_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_machines_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "join_redemptions",
                columns: table => new
                {
                    token_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    use = table.Column<int>(type: "INTEGER", nullable: false),
                    public_key_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    machine_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    response = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_join_redemptions", x => new { x.token_id, x.use });
                    table.ForeignKey(
                        name: "fk_join_redemptions_token_id",
                        column: x => x.token_id,
                        principalTable: "join_tokens",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "desired_assignments",
                columns: table => new
                {
                    machine_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    bundle_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    signed = table.Column<byte[]>(type: "BLOB", nullable: false),
                    statement_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    inputs_hash = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_desired_assignments", x => x.machine_id);
                    table.ForeignKey(
                        name: "fk_desired_assignments_cluster_id",
                        column: x => x.cluster_id,
                        principalTable: "clusters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_desired_assignments_machine_id",
                        column: x => x.machine_id,
                        principalTable: "machines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "identities",
                columns: table => new
                {
                    machine_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    public_key_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    certificate = table.Column<byte[]>(type: "BLOB", nullable: false),
                    issued_at = table.Column<long>(type: "INTEGER", nullable: false),
                    not_after = table.Column<long>(type: "INTEGER", nullable: false),
                    first_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_identities", x => new { x.machine_id, x.generation });
                    table.ForeignKey(
                        name: "fk_identities_machine_id",
                        column: x => x.machine_id,
                        principalTable: "machines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "reports",
                columns: table => new
                {
                    machine_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<byte[]>(type: "BLOB", nullable: false),
                    announcement = table.Column<byte[]>(type: "BLOB", nullable: false),
                    capability_hash = table.Column<string>(type: "TEXT", nullable: false),
                    trust_set_number = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen = table.Column<long>(type: "INTEGER", nullable: true),
                    boot_id = table.Column<string>(type: "TEXT", nullable: false),
                    earlier_boot_ids = table.Column<string>(type: "TEXT", nullable: false),
                    stream_number = table.Column<long>(type: "INTEGER", nullable: false),
                    stream_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    manager_id = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reports", x => x.machine_id);
                    table.ForeignKey(
                        name: "fk_reports_machine_id",
                        column: x => x.machine_id,
                        principalTable: "machines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rollout_machines",
                columns: table => new
                {
                    rollout_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    machine_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rollout_machines", x => new { x.rollout_id, x.machine_id });
                    table.ForeignKey(
                        name: "fk_rollout_machines_machine_id",
                        column: x => x.machine_id,
                        principalTable: "machines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_rollout_machines_rollout_id",
                        column: x => x.rollout_id,
                        principalTable: "rollouts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_api_tokens_token_hash",
                table: "api_tokens",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_cluster_id_sequence",
                table: "audit_events",
                columns: new[] { "cluster_id", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_installation",
                table: "audit_events",
                column: "sequence",
                unique: true,
                filter: "cluster_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_certificate_versions_cluster_id_level_kind_level_id_name_number",
                table: "certificate_versions",
                columns: new[] { "cluster_id", "level_kind", "level_id", "name", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_certificate_versions_cluster_id_public_key_sha256",
                table: "certificate_versions",
                columns: new[] { "cluster_id", "public_key_sha256" });

            migrationBuilder.CreateIndex(
                name: "ix_change_set_edits_change_set_id_level_kind_level_id_kind_normalized_name",
                table: "change_set_edits",
                columns: new[] { "change_set_id", "level_kind", "level_id", "kind", "normalized_name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_change_set_edits_document_hash",
                table: "change_set_edits",
                column: "document_hash");

            migrationBuilder.CreateIndex(
                name: "ix_change_sets_cluster_id_id",
                table: "change_sets",
                columns: new[] { "cluster_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_clusters_name",
                table: "clusters",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_control_certificates_public_key_sha256",
                table: "control_certificates",
                column: "public_key_sha256",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_desired_assignments_cluster_id_bundle_hash",
                table: "desired_assignments",
                columns: new[] { "cluster_id", "bundle_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_groups_cluster_id_name",
                table: "groups",
                columns: new[] { "cluster_id", "name" },
                unique: true,
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_records_at",
                table: "idempotency_records",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_identities_public_key_sha256",
                table: "identities",
                column: "public_key_sha256");

            migrationBuilder.CreateIndex(
                name: "ix_installations_singleton",
                table: "installations",
                column: "singleton",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_items_cluster_id_from_revision",
                table: "items",
                columns: new[] { "cluster_id", "from_revision" });

            migrationBuilder.CreateIndex(
                name: "ix_items_cluster_id_to_revision",
                table: "items",
                columns: new[] { "cluster_id", "to_revision" });

            migrationBuilder.CreateIndex(
                name: "ix_items_current",
                table: "items",
                columns: new[] { "cluster_id", "level_kind", "level_id", "kind", "normalized_name" },
                unique: true,
                filter: "to_revision IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_items_document_hash",
                table: "items",
                column: "document_hash");

            migrationBuilder.CreateIndex(
                name: "ix_items_list",
                table: "items",
                columns: new[] { "cluster_id", "kind", "normalized_name", "level_kind", "level_id" },
                filter: "to_revision IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_join_redemptions_token_id_public_key_sha256",
                table: "join_redemptions",
                columns: new[] { "token_id", "public_key_sha256" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_join_tokens_cluster_id_id",
                table: "join_tokens",
                columns: new[] { "cluster_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_join_tokens_token_hash",
                table: "join_tokens",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_key_deliveries_cluster_id_public_key_sha256",
                table: "key_deliveries",
                columns: new[] { "cluster_id", "public_key_sha256" });

            migrationBuilder.CreateIndex(
                name: "ix_keys_cluster_id_public_key_sha256",
                table: "keys",
                columns: new[] { "cluster_id", "public_key_sha256" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_machines_cluster_id_name",
                table: "machines",
                columns: new[] { "cluster_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_machines_group_id",
                table: "machines",
                column: "group_id");

            migrationBuilder.CreateIndex(
                name: "ix_reports_manager_id",
                table: "reports",
                column: "manager_id");

            migrationBuilder.CreateIndex(
                name: "ix_rollout_machines_machine_id",
                table: "rollout_machines",
                column: "machine_id");

            migrationBuilder.CreateIndex(
                name: "ix_rollouts_cluster_id_id",
                table: "rollouts",
                columns: new[] { "cluster_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_rollouts_cluster_id_revision",
                table: "rollouts",
                columns: new[] { "cluster_id", "revision" });

            migrationBuilder.CreateIndex(
                name: "ix_rollouts_cluster_id_state",
                table: "rollouts",
                columns: new[] { "cluster_id", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_rollouts_one_running",
                table: "rollouts",
                column: "cluster_id",
                unique: true,
                filter: "state IN ('running', 'paused')");

            migrationBuilder.CreateIndex(
                name: "ix_signing_requests_cluster_id_id",
                table: "signing_requests",
                columns: new[] { "cluster_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_signing_requests_cluster_id_level_kind_level_id_name_state",
                table: "signing_requests",
                columns: new[] { "cluster_id", "level_kind", "level_id", "name", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_signing_requests_cluster_id_public_key_sha256",
                table: "signing_requests",
                columns: new[] { "cluster_id", "public_key_sha256" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_tokens");

            migrationBuilder.DropTable(
                name: "audit_events");

            migrationBuilder.DropTable(
                name: "certificate_versions");

            migrationBuilder.DropTable(
                name: "change_set_edits");

            migrationBuilder.DropTable(
                name: "contents");

            migrationBuilder.DropTable(
                name: "control_certificates");

            migrationBuilder.DropTable(
                name: "desired_assignments");

            migrationBuilder.DropTable(
                name: "idempotency_records");

            migrationBuilder.DropTable(
                name: "identities");

            migrationBuilder.DropTable(
                name: "installations");

            migrationBuilder.DropTable(
                name: "items");

            migrationBuilder.DropTable(
                name: "join_redemptions");

            migrationBuilder.DropTable(
                name: "key_deliveries");

            migrationBuilder.DropTable(
                name: "keys");

            migrationBuilder.DropTable(
                name: "manager_leases");

            migrationBuilder.DropTable(
                name: "reports");

            migrationBuilder.DropTable(
                name: "revisions");

            migrationBuilder.DropTable(
                name: "rollout_machines");

            migrationBuilder.DropTable(
                name: "signing_requests");

            migrationBuilder.DropTable(
                name: "trust_sets");

            migrationBuilder.DropTable(
                name: "change_sets");

            migrationBuilder.DropTable(
                name: "documents");

            migrationBuilder.DropTable(
                name: "join_tokens");

            migrationBuilder.DropTable(
                name: "machines");

            migrationBuilder.DropTable(
                name: "rollouts");

            migrationBuilder.DropTable(
                name: "groups");

            migrationBuilder.DropTable(
                name: "clusters");
        }
    }
}
