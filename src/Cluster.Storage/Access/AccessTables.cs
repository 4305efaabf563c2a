using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cluster.Storage.Access;

internal sealed class ApiTokenTable : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("api_tokens");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.TokenHash).HasMaxLength(Lengths.Hash);
        builder.HasIndex(t => t.TokenHash).IsUnique();
    }
}

internal sealed class AuditEventTable : IEntityTypeConfiguration<AuditEvent>
{
    // No reference to the cluster: what happened to it outlives it.
    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.ToTable("audit_events");
        builder.HasKey(e => e.Id);
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.PreviousHash).HasMaxLength(Lengths.Hash);
        builder.Property(e => e.Hash).HasMaxLength(Lengths.Hash);
        builder.HasIndex(e => new { e.ClusterId, e.Sequence }).IsUnique();
        // In a unique index nulls are different from each other; the chain of the installation needs its own.
        builder.HasIndex(e => e.Sequence).IsUnique().HasFilter("cluster_id IS NULL").HasDatabaseName("ix_audit_events_installation");
    }
}

internal sealed class IdempotencyTable : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("idempotency_records");
        builder.HasKey(r => r.Key);
        builder.Property(r => r.Key).HasMaxLength(Lengths.Hash);
        builder.Property(r => r.BodyMac).HasMaxLength(Lengths.Hash);
        builder.HasIndex(r => r.At);
    }
}
