using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cluster.Storage.Installation;

internal sealed class InstallationTable : IEntityTypeConfiguration<InstallationRecord>
{
    public void Configure(EntityTypeBuilder<InstallationRecord> builder)
    {
        builder.ToTable("installations");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.HasIndex(i => i.Singleton).IsUnique();
        builder.Property(i => i.ChangeCounter).NeverSaved();
    }
}

internal sealed class ManagerLeaseTable : IEntityTypeConfiguration<ManagerLease>
{
    public void Configure(EntityTypeBuilder<ManagerLease> builder)
    {
        builder.ToTable("manager_leases");
        builder.HasKey(l => l.Id);
        builder.Property(l => l.Id).ValueGeneratedNever();
    }
}

internal sealed class ControlCertificateTable : IEntityTypeConfiguration<ControlCertificate>
{
    public void Configure(EntityTypeBuilder<ControlCertificate> builder)
    {
        builder.ToTable("control_certificates");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.PublicKeySha256).HasMaxLength(Lengths.Hash);
        builder.HasIndex(c => c.PublicKeySha256).IsUnique();
    }
}

internal sealed class TrustSetTable : IEntityTypeConfiguration<TrustSetRecord>
{
    public void Configure(EntityTypeBuilder<TrustSetRecord> builder)
    {
        builder.ToTable("trust_sets");
        builder.HasKey(t => t.Number);
        builder.Property(t => t.Number).ValueGeneratedNever();
    }
}
