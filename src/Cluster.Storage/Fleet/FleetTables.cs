using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cluster.Storage.Fleet;

internal sealed class MachineTable : IEntityTypeConfiguration<Machine>
{
    public void Configure(EntityTypeBuilder<Machine> builder)
    {
        builder.ToTable("machines");
        builder.HasKey(m => m.Id);
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.Name).HasMaxLength(Lengths.Domain);
        builder.HasIndex(m => new { m.ClusterId, m.Name }).IsUnique();
        builder.OfCluster(m => m.ClusterId);
        builder.HasOne<MachineGroup>().WithMany().HasForeignKey(m => m.GroupId).OnDelete(DeleteBehavior.NoAction);
    }
}

internal sealed class MachineIdentityTable : IEntityTypeConfiguration<MachineIdentity>
{
    public void Configure(EntityTypeBuilder<MachineIdentity> builder)
    {
        builder.ToTable("identities");
        builder.HasKey(i => new { i.MachineId, i.Generation });
        builder.Property(i => i.PublicKeySha256).HasMaxLength(Lengths.Hash);
        builder.HasIndex(i => i.PublicKeySha256);
        builder.OfMachine(i => i.MachineId);
    }
}

internal sealed class MachineReportTable : IEntityTypeConfiguration<MachineReport>
{
    public void Configure(EntityTypeBuilder<MachineReport> builder)
    {
        builder.ToTable("reports");
        builder.HasKey(r => r.MachineId);
        builder.HasIndex(r => r.ManagerId);
        builder.Property(r => r.Status).HasConversion<HostStatusConverter>();
        builder.OfMachine(r => r.MachineId);
    }
}

internal sealed class JoinTokenTable : IEntityTypeConfiguration<JoinToken>
{
    public void Configure(EntityTypeBuilder<JoinToken> builder)
    {
        builder.ToTable("join_tokens");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.TokenHash).HasMaxLength(Lengths.Hash);
        builder.HasIndex(t => t.TokenHash).IsUnique();
        builder.HasIndex(t => new { t.ClusterId, t.Id });
        builder.OfCluster(t => t.ClusterId);
    }
}

internal sealed class JoinRedemptionTable : IEntityTypeConfiguration<JoinRedemption>
{
    public void Configure(EntityTypeBuilder<JoinRedemption> builder)
    {
        builder.ToTable("join_redemptions");
        builder.HasKey(r => new { r.TokenId, r.Use });
        builder.Property(r => r.PublicKeySha256).HasMaxLength(Lengths.Hash);
        builder.HasIndex(r => new { r.TokenId, r.PublicKeySha256 }).IsUnique();
        builder.HasOne<JoinToken>().WithMany().HasForeignKey(r => r.TokenId).OnDelete(DeleteBehavior.Cascade);
    }
}
