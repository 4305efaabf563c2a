using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cluster.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class StreamsAndOrders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "manager_id",
                table: "reports",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "stream_number",
                table: "reports",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "order_id",
                table: "machines",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // What was ordered and not sent yet becomes an order that waits for its acknowledgement.
            migrationBuilder.Sql("UPDATE machines SET unmanage_requested = '[\"' || unmanage_requested || '\"]' WHERE unmanage_requested IS NOT NULL");
            migrationBuilder.Sql("UPDATE machines SET order_id = 1 WHERE check_requested OR unmanage_requested IS NOT NULL");

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

            migrationBuilder.CreateIndex(
                name: "ix_reports_manager_id",
                table: "reports",
                column: "manager_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "manager_leases");

            migrationBuilder.DropIndex(
                name: "ix_reports_manager_id",
                table: "reports");

            migrationBuilder.DropColumn(
                name: "manager_id",
                table: "reports");

            migrationBuilder.DropColumn(
                name: "stream_number",
                table: "reports");

            migrationBuilder.DropColumn(
                name: "order_id",
                table: "machines");
        }
    }
}
