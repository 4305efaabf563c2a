using System.Text;
using Cluster.Contracts.Access;
using Cluster.Contracts.Files;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Tokens;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Database;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Installation;

namespace Cluster.Manager.Hosting;

/// <summary>
/// Everything that must hold before a port opens: the schema, the keys, the control CA, the owner's token. On an empty database the installation is made,
/// once: what cannot be in its transaction (the key-encryption key, the token's file) is durable before it.
/// </summary>
internal sealed class FirstStart(ManagerOptions options, DatabaseStart database, ControlCaStart controlCa, InstallationKeys keys, FirstStartParts parts)
{
    private const UnixFileMode Readable = (UnixFileMode)0b110_100_100;

    /// <summary>Prepares the installation; on an empty database it is made.</summary>
    /// <exception cref="StartRefusedException">The manager must not start as things are.</exception>
    public static Task PrepareAsync(IServiceProvider services, ManagerOptions options, CancellationToken ct)
    {
        MakeDirectory(options);
        return services.GetRequiredService<FirstStart>().PrepareAsync(ct);
    }

    private async Task PrepareAsync(CancellationToken ct)
    {
        await database.PrepareAsync(keys, ct);
        var tokenFile = new OwnerTokenFile(options.PathOf("admin.token"));
        var first = await controlCa.OpenAsync(options.AdvertisedAddresses, (db, token) => AddOwnerAsync(db, tokenFile, token), ct);
        if (!first) tokenFile.Withdraw();
        WriteRoot();
        parts.Identity.Start(ServerNamesOf.Options(options));
        parts.RestCertificate.Load();
    }

    private static void MakeDirectory(ManagerOptions options)
    {
        try
        {
            if (!Directory.Exists(options.DataDirectory)) Directory.CreateDirectory(options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data directory {options.DataDirectory} cannot be made: {e.Message}", e);
        }
    }

    private async Task AddOwnerAsync(ClusterDbContext db, OwnerTokenFile file, CancellationToken ct)
    {
        parts.Tokens.Add(db, TokenMaking.FirstName, [new ClusterGrant(null, Role.Owner, ExportKeys: true)], null, file.Secret());
        await db.SaveChangesAsync(ct);
        await parts.Audit.AppendAsync(db, new AuditEntry(null, "cluster-manager", "installation.create", "installation"), ct);
    }

    private void WriteRoot()
    {
        var pem = Encoding.ASCII.GetBytes(parts.Authority.Keys.Root.ToPem());
        var path = options.PathOf("ca.pem");
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(pem)) AtomicFile.Write(path, pem, Readable);
    }
}

/// <summary>What the first start puts together.</summary>
internal sealed record FirstStartParts(ControlAuthority Authority, ServerIdentity Identity, RestCertificate RestCertificate, TokenMaking Tokens, AuditTrail Audit);
