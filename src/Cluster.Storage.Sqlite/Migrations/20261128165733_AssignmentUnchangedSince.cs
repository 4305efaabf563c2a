using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cluster.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AssignmentUnchangedSince : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "unchanged_since",
                table: "desired_assignments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // What was assigned before is not known any more: what a machine out of reach reported counts for its newest assignment only.
            migrationBuilder.Sql("UPDATE desired_assignments SET unchanged_since = number");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "unchanged_since",
                table: "desired_assignments");
        }
    }
}
