using Cluster.Manager.Hosting.Startup;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>
/// Opens the control CA before any port listens. On an empty database, once, it makes the installation: the unique installation
/// row decides between managers that start together, and everything is in one transaction. The key-encryption key must be durable before.
/// </summary>
internal sealed class ControlCaStart(
    ClusterDatabase database,
    EnvelopeCipher cipher,
    InstallationKeys secrets,
    ControlAuthority authority,
    IEnumerable<IInstallationPart> parts,
    TimeProvider clock)
{
    /// <summary>Opens the control CA, making it first if the database is empty.</summary>
    /// <param name="managerAddresses">HOST:PORT that agents are told.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SealedRecordException">The key-encryption key is not this installation's.</exception>
    public async Task OpenAsync(IReadOnlyList<string> managerAddresses, CancellationToken ct)
    {
        var first = await database.WriteAsync(null, (db, token) => EnsureAsync(db, managerAddresses, token), ct);
        await database.WriteAsync(null, (db, token) => AnnounceAddressesAsync(db, managerAddresses, token), ct);
        if (first) return;
        foreach (var part in parts) part.Withdraw();
    }

    /// <summary>Reads the newest trust set again, after another manager made one.</summary>
    public async Task ReloadTrustSetAsync(CancellationToken ct)
    {
        var newest = await database.ReadAsync((db, token) => db.TrustSets.OrderByDescending(t => t.Number).FirstAsync(token), ct);
        authority.Use(newest.Number, newest.Signed);
    }

    // True when this was the first start.
    private async Task<bool> EnsureAsync(ClusterDbContext db, IReadOnlyList<string> addresses, CancellationToken ct)
    {
        if (await db.Installations.SingleOrDefaultAsync(ct) is { } installation)
        {
            secrets.Load(installation, cipher);
            authority.Open(await LoadAsync(db, installation, ct));
            return false;
        }

        var created = secrets.Create(cipher, clock);
        db.Installations.Add(created);
        var keys = ControlCaMaking.Make(created.Id, addresses, clock.GetUtcNow());
        Store(db, keys);
        created.TrustSetNumber = keys.Keys.TrustSetNumber;
        foreach (var part in parts) await part.AddAsync(db, ct);
        authority.Open(keys.Keys);
        keys.RootKey.Dispose();
        return true;
    }

    private void Store(ClusterDbContext db, MadeControlCa made)
    {
        var now = clock.GetUtcNow();
        db.ControlCertificates.Add(Record(ControlRole.Root, made.Keys.Root, made.RootKey, now));
        db.ControlCertificates.Add(Record(ControlRole.AgentIssuer, made.Keys.Agents.Certificate, made.Keys.Agents.Key, now));
        db.ControlCertificates.Add(Record(ControlRole.ServerIssuer, made.Keys.Servers.Certificate, made.Keys.Servers.Key, now));
        db.ControlCertificates.Add(Record(ControlRole.SignerIssuer, made.SignerIssuer.Certificate, made.SignerIssuer.Key, now));
        db.ControlCertificates.Add(Record(ControlRole.Signer, made.Keys.Signer.Certificate, made.Keys.Signer.Key, now));
        db.TrustSets.Add(new TrustSetRecord { Number = made.Keys.TrustSetNumber, Signed = made.Keys.TrustSet, At = now });
    }

    private ControlCertificate Record(ControlRole role, CertificateInfo certificate, PrivateKeyMaterial key, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new ControlCertificate
        {
            Id = id,
            Role = role,
            Certificate = certificate.Der.ToArray(),
            PublicKeySha256 = certificate.PublicKeySha256,
            SealedKey = cipher.Seal(key.ExportPkcs8(), Context(id, certificate.PublicKeySha256)),
            NotAfter = certificate.NotAfter,
        };
    }

    private async Task<ControlKeys> LoadAsync(ClusterDbContext db, InstallationRecord installation, CancellationToken ct)
    {
        var stored = await db.ControlCertificates.Where(c => c.RetiredAt == null).ToListAsync(ct);
        var trustSet = await db.TrustSets.OrderByDescending(t => t.Number).FirstAsync(ct);
        return new ControlKeys
        {
            InstallationId = installation.Id,
            Root = Read(stored.Single(c => c.Role == ControlRole.Root)),
            Agents = Open(stored.Single(c => c.Role == ControlRole.AgentIssuer)),
            Servers = Open(stored.Single(c => c.Role == ControlRole.ServerIssuer)),
            Signer = Open(stored.Single(c => c.Role == ControlRole.Signer)),
            TrustSetNumber = trustSet.Number,
            TrustSet = trustSet.Signed,
        };
    }

    private ControlPair Open(ControlCertificate stored)
    {
        var pkcs8 = cipher.Open(
            stored.SealedKey ?? throw new SealedRecordException($"The key of the control CA's {stored.Role} is missing from the database."),
            Context(stored.Id, stored.PublicKeySha256));
        var key = PrivateKeyMaterial.TryReadPkcs8(pkcs8)
            ?? throw new SealedRecordException($"The key of the control CA's {stored.Role} is unreadable.");
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(pkcs8);
        return new ControlPair(Read(stored), key);
    }

    private static CertificateInfo Read(ControlCertificate stored) =>
        CertificateInfo.TryRead(stored.Certificate)
            ?? throw new InvalidOperationException($"The certificate of the control CA's {stored.Role} is unreadable.");

    private static SealContext Context(Guid id, string publicKey) => new(SealKinds.ControlKey, null, id, publicKey);

    // An address that is gone stays in the set until it is retired on purpose: agents try the new one before they drop the old one.
    private async Task<bool> AnnounceAddressesAsync(ClusterDbContext db, IReadOnlyList<string> addresses, CancellationToken ct)
    {
        await db.Unit.LockInstallationAsync(ct);
        var newest = await db.TrustSets.OrderByDescending(t => t.Number).FirstAsync(ct);
        var set = TrustSet.Parser.ParseFrom(SignedTrustSet.Parser.ParseFrom(newest.Signed).TrustSet);
        var missing = addresses.Except(set.ManagerAddresses).ToList();
        if (missing.Count == 0) return false;
        set.Number = (ulong)newest.Number + 1;
        set.ManagerAddresses.AddRange(missing);
        var signed = authority.Signer.Sign(set).ToByteArray();
        db.TrustSets.Add(new TrustSetRecord { Number = newest.Number + 1, Signed = signed, At = clock.GetUtcNow() });
        (await db.Installations.SingleAsync(ct)).TrustSetNumber = newest.Number + 1;
        db.Unit.Announce(Guid.Empty);
        db.Unit.AfterCommit(() => authority.Use(newest.Number + 1, signed));
        return true;
    }
}
