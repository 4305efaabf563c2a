using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cluster.Storage.Configuration;

internal sealed class ManagedClusterTable : IEntityTypeConfiguration<ManagedCluster>
{
    public void Configure(EntityTypeBuilder<ManagedCluster> builder)
    {
        builder.ToTable("clusters");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Name).HasMaxLength(Lengths.Name);
        builder.HasIndex(c => c.Name).IsUnique();
        // Counted by its own statement at the end of a unit; a save must not write an older value over it.
        builder.Property(c => c.ChangeCounter).NeverSaved();
    }
}

internal sealed class MachineGroupTable : IEntityTypeConfiguration<MachineGroup>
{
    public void Configure(EntityTypeBuilder<MachineGroup> builder)
    {
        builder.ToTable("groups");
        builder.HasKey(g => g.Id);
        builder.Property(g => g.Id).ValueGeneratedNever();
        builder.Property(g => g.Name).HasMaxLength(Lengths.Name);
        builder.HasIndex(g => new { g.ClusterId, g.Name }).IsUnique().HasFilter("deleted_at IS NULL");
        builder.OfCluster(g => g.ClusterId);
    }
}

internal sealed class ItemVersionTable : IEntityTypeConfiguration<ItemVersion>
{
    public void Configure(EntityTypeBuilder<ItemVersion> builder)
    {
        builder.ToTable("items");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Kind).HasMaxLength(Lengths.Kind);
        builder.Property(i => i.Name).HasMaxLength(Lengths.Domain);
        builder.Property(i => i.NormalizedName).HasMaxLength(Lengths.Domain);
        builder.Property(i => i.DocumentHash).HasMaxLength(Lengths.Hash);
        builder.HasIndex(i => new { i.ClusterId, i.LevelKind, i.LevelId, i.Kind, i.NormalizedName })
            .IsUnique()
            .HasFilter("to_revision IS NULL")
            .HasDatabaseName("ix_items_current");
        builder.HasIndex(i => new { i.ClusterId, i.Kind, i.NormalizedName, i.LevelKind, i.LevelId })
            .HasFilter("to_revision IS NULL")
            .HasDatabaseName("ix_items_list");
        builder.HasIndex(i => new { i.ClusterId, i.FromRevision });
        builder.HasIndex(i => new { i.ClusterId, i.ToRevision });
        builder.OfCluster(i => i.ClusterId);
        builder.HasOne<StoredDocument>().WithMany().HasForeignKey(i => i.DocumentHash).OnDelete(DeleteBehavior.NoAction);
    }
}

internal sealed class StoredDocumentTable : IEntityTypeConfiguration<StoredDocument>
{
    public void Configure(EntityTypeBuilder<StoredDocument> builder)
    {
        builder.ToTable("documents");
        builder.HasKey(d => d.Hash);
        builder.Property(d => d.Hash).HasMaxLength(Lengths.Hash);
    }
}

internal sealed class RevisionTable : IEntityTypeConfiguration<RevisionRecord>
{
    public void Configure(EntityTypeBuilder<RevisionRecord> builder)
    {
        builder.ToTable("revisions");
        builder.HasKey(r => new { r.ClusterId, r.Number });
        builder.OfCluster(r => r.ClusterId);
    }
}

internal sealed class ChangeSetTable : IEntityTypeConfiguration<ChangeSetRecord>
{
    public void Configure(EntityTypeBuilder<ChangeSetRecord> builder)
    {
        builder.ToTable("change_sets");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Version).IsConcurrencyToken();
        builder.HasIndex(c => new { c.ClusterId, c.Id });
        builder.OfCluster(c => c.ClusterId);
    }
}

internal sealed class ChangeSetEditTable : IEntityTypeConfiguration<ChangeSetEdit>
{
    public void Configure(EntityTypeBuilder<ChangeSetEdit> builder)
    {
        builder.ToTable("change_set_edits");
        builder.HasKey(e => e.Id);
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.Kind).HasMaxLength(Lengths.Kind);
        builder.Property(e => e.Name).HasMaxLength(Lengths.Domain);
        builder.Property(e => e.NormalizedName).HasMaxLength(Lengths.Domain);
        builder.Property(e => e.DocumentHash).HasMaxLength(Lengths.Hash);
        builder.HasIndex(e => new { e.ChangeSetId, e.LevelKind, e.LevelId, e.Kind, e.NormalizedName }).IsUnique();
        builder.HasOne<ChangeSetRecord>().WithMany().HasForeignKey(e => e.ChangeSetId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<StoredDocument>().WithMany().HasForeignKey(e => e.DocumentHash).OnDelete(DeleteBehavior.NoAction);
    }
}
