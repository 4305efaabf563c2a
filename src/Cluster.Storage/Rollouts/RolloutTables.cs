using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cluster.Storage.Rollouts;

internal sealed class DesiredAssignmentTable : IEntityTypeConfiguration<DesiredAssignment>
{
    public void Configure(EntityTypeBuilder<DesiredAssignment> builder)
    {
        builder.ToTable("desired_assignments");
        builder.HasKey(d => d.MachineId);
        builder.Property(d => d.BundleHash).HasMaxLength(Lengths.Hash);
        builder.Property(d => d.StatementHash).HasMaxLength(Lengths.Hash);
        builder.HasIndex(d => new { d.ClusterId, d.BundleHash });
        builder.OfMachine(d => d.MachineId);
        builder.OfCluster(d => d.ClusterId);
    }
}

internal sealed class StoredContentTable : IEntityTypeConfiguration<StoredContent>
{
    public void Configure(EntityTypeBuilder<StoredContent> builder)
    {
        builder.ToTable("contents");
        builder.HasKey(c => new { c.ClusterId, c.Hash });
        builder.Property(c => c.Hash).HasMaxLength(Lengths.Hash);
        builder.OfCluster(c => c.ClusterId);
    }
}

internal sealed class RolloutTable : IEntityTypeConfiguration<RolloutRecord>
{
    public void Configure(EntityTypeBuilder<RolloutRecord> builder)
    {
        builder.ToTable("rollouts");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.HasIndex(r => r.ClusterId)
            .IsUnique()
            .HasFilter("state IN ('running', 'paused')")
            .HasDatabaseName("ix_rollouts_one_running");
        builder.HasIndex(r => new { r.ClusterId, r.State });
        builder.HasIndex(r => new { r.ClusterId, r.Id });
        builder.HasIndex(r => new { r.ClusterId, r.Revision });
        builder.OfCluster(r => r.ClusterId);
    }
}

internal sealed class RolloutMachineTable : IEntityTypeConfiguration<RolloutMachine>
{
    public void Configure(EntityTypeBuilder<RolloutMachine> builder)
    {
        builder.ToTable("rollout_machines");
        builder.HasKey(m => new { m.RolloutId, m.MachineId });
        builder.HasOne<RolloutRecord>().WithMany().HasForeignKey(m => m.RolloutId).OnDelete(DeleteBehavior.Cascade);
        builder.OfMachine(m => m.MachineId);
    }
}
