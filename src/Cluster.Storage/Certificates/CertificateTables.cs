using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cluster.Storage.Certificates;

internal sealed class CertificateVersionTable : IEntityTypeConfiguration<CertificateVersion>
{
    public void Configure(EntityTypeBuilder<CertificateVersion> builder)
    {
        builder.ToTable("certificate_versions");
        builder.HasKey(v => v.Id);
        builder.Property(v => v.Id).ValueGeneratedNever();
        builder.Property(v => v.Name).HasMaxLength(Lengths.Name);
        builder.Property(v => v.Sha256).HasMaxLength(Lengths.Hash);
        builder.Property(v => v.PublicKeySha256).HasMaxLength(Lengths.Hash);
        builder.HasIndex(v => new { v.ClusterId, v.LevelKind, v.LevelId, v.Name, v.Number }).IsUnique();
        builder.HasIndex(v => new { v.ClusterId, v.PublicKeySha256 });
        builder.OfCluster(v => v.ClusterId);
    }
}

internal sealed class StoredKeyTable : IEntityTypeConfiguration<StoredKey>
{
    public void Configure(EntityTypeBuilder<StoredKey> builder)
    {
        builder.ToTable("keys");
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Id).ValueGeneratedNever();
        builder.Property(k => k.PublicKeySha256).HasMaxLength(Lengths.Hash);
        builder.Property(k => k.Algorithm).HasMaxLength(Lengths.State);
        builder.HasIndex(k => new { k.ClusterId, k.PublicKeySha256 }).IsUnique();
        builder.OfCluster(k => k.ClusterId);
    }
}

internal sealed class SigningRequestTable : IEntityTypeConfiguration<SigningRequestRecord>
{
    public void Configure(EntityTypeBuilder<SigningRequestRecord> builder)
    {
        builder.ToTable("signing_requests");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Name).HasMaxLength(Lengths.Name);
        builder.Property(r => r.PublicKeySha256).HasMaxLength(Lengths.Hash);
        builder.HasIndex(r => new { r.ClusterId, r.LevelKind, r.LevelId, r.Name, r.State });
        builder.HasIndex(r => new { r.ClusterId, r.Id });
        builder.HasIndex(r => new { r.ClusterId, r.PublicKeySha256 });
        builder.OfCluster(r => r.ClusterId);
    }
}

internal sealed class KeyDeliveryTable : IEntityTypeConfiguration<KeyDelivery>
{
    // No reference to the machine: what a forgotten machine received stays on record.
    public void Configure(EntityTypeBuilder<KeyDelivery> builder)
    {
        builder.ToTable("key_deliveries");
        builder.HasKey(d => new { d.ClusterId, d.MachineId, d.PublicKeySha256 });
        builder.Property(d => d.PublicKeySha256).HasMaxLength(Lengths.Hash);
        builder.HasIndex(d => new { d.ClusterId, d.PublicKeySha256 });
        builder.OfCluster(d => d.ClusterId);
    }
}
