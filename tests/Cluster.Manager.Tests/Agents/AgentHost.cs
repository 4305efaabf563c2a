using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Keys;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Cluster.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cluster.Manager.Tests.Agents;

/// <summary>A real manager in this process: real TLS, real gRPC, SQLite in a directory of its own.</summary>
internal sealed class AgentHost : IAsyncDisposable
{
    private readonly TestDirectory own = new("agents");
    private TestDirectory directory;
    private Action<WebApplicationBuilder>? customise;
    private WebApplication app = null!;
    private string? database;

    private AgentHost() => directory = own;

    /// <summary>Everything that was logged, over all starts.</summary>
    public LogCapture Log { get; } = new();

    public Uri Address { get; private set; } = null!;

    public ClusterDatabase Database => app.Services.GetRequiredService<ClusterDatabase>();

    public ControlAuthority Authority => app.Services.GetRequiredService<ControlAuthority>();

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public string PathOf(string file) => directory[file];

    public static async Task<AgentHost> StartAsync(Action<WebApplicationBuilder>? customise = null)
    {
        var host = new AgentHost { database = await ManagerDatabases.NewAsync(), customise = customise };
        await host.StartAgainAsync();
        return host;
    }

    /// <summary>Starts a second manager on the database and with the keys of this one.</summary>
    public async Task<AgentHost> StartBesideAsync(Action<WebApplicationBuilder>? change = null)
    {
        var beside = new AgentHost { database = database, customise = change, directory = directory };
        await beside.StartAgainAsync();
        return beside;
    }

    public async Task StopAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public async Task StartAgainAsync()
    {
        var options = new ManagerOptions { DataDirectory = directory.Path, Rest = "127.0.0.1:0", Agents = "127.0.0.1:0", Advertise = ["127.0.0.1:8444"], Database = database };
        app = Program.Build(options, b =>
        {
            Log.Replace(b);
            customise?.Invoke(b);
        });
        await FirstStart.PrepareAsync(app.Services, options, CancellationToken.None);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        Address = new Uri(addresses[1]);
    }

    public async ValueTask DisposeAsync()
    {
        Log.ShowIfFailed();
        await StopAsync();
        own.Dispose();
    }

    public Task<Guid> NewClusterAsync(string name = "mail") => Database.WriteAsync(
        null,
        (db, _) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var cluster = new ManagedCluster { Id = Guid.CreateVersion7(now), Name = name, EpochNumber = 1, EpochId = Guid.CreateVersion7(now), CreatedAt = now };
            db.Clusters.Add(cluster);
            db.Groups.Add(new MachineGroup { Id = Guid.CreateVersion7(now), ClusterId = cluster.Id, Name = "main", CreatedAt = now });
            db.Unit.Announce(Guid.Empty);
            return Task.FromResult(cluster.Id);
        },
        CancellationToken.None);

    public static JoinToken NewToken(
        Guid cluster, string secret, int uses = 1, string? machine = null, Guid? restore = null, bool approve = false, string from = "[]", TimeSpan? ttl = null, Guid? group = null) => new()
    {
        Id = Guid.CreateVersion7(),
        ClusterId = cluster,
        GroupId = group,
        TokenHash = SecretToken.Hash(secret),
        MachineName = machine,
        RestoreMachineId = restore,
        From = from,
        Approve = approve,
        Uses = uses,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        ExpiresAt = TimeProvider.System.GetUtcNow() + (ttl ?? TimeSpan.FromHours(1)),
        Author = "test",
        Epoch = 1,
    };

    public async Task<string> NewTokenAsync(
        Guid cluster, string? machine = null, Guid? restore = null, bool approve = false, string from = "[]", TimeSpan? ttl = null, int uses = 1, Guid? group = null)
    {
        var secret = SecretToken.Make(SecretToken.JoinPrefix);
        await ChangeAsync(cluster, db =>
        {
            db.JoinTokens.Add(NewToken(cluster, secret, uses, machine, restore, approve, from, ttl, group));
            return Task.CompletedTask;
        });
        return secret;
    }

    public Task ChangeAsync(Guid cluster, Func<ClusterDbContext, Task> change) => Database.WriteAsync(
        cluster,
        async (db, _) =>
        {
            await change(db);
            return true;
        },
        CancellationToken.None);

    public Task ChangeMachineAsync(TestAgent agent, Action<Machine> change) =>
        ChangeAsync(agent.ClusterId, async db => change(await db.Machines.SingleAsync(m => m.Id == agent.MachineId)));

    public Task<T> ReadAsync<T>(Func<ClusterDbContext, Task<T>> read) => Database.ReadAsync((db, _) => read(db), CancellationToken.None);

    public Task<CommitResult> CommitHostnameAsync(Guid cluster, string hostname, string? certificate = null) =>
        CommitAsync(cluster, Put(cluster, Kinds.Outbound, Kinds.SingletonName, certificate is null ? $$"""{"hostname":"{{hostname}}"}""" : $$"""{"certificate":"{{certificate}}","hostname":"{{hostname}}"}"""));

    public async Task<CommitResult> CommitAsync(Guid cluster, params StagedEdit[] edits)
    {
        var outcome = await Database.WriteAsync<Outcome<CommitResult>>(
            cluster,
            (db, ct) => Get<CommitEngine>().CommitAsync(db, new CommitOrder { ClusterId = cluster, Author = "test", Action = "test.commit", Edits = edits, Kind = CommitKind.System }, ct),
            CancellationToken.None);
        return outcome.Value;
    }

    public static StagedEdit Put(Guid cluster, string kind, string name, string json, LevelKind level = LevelKind.Cluster, Guid? levelId = null)
    {
        using var document = JsonDocument.Parse(json);
        return new StagedEdit { Key = ItemKey.Of(level, levelId ?? cluster, kind, name), Name = name, Kind = EditKind.Put, Document = SettingsDocument.FromElement(kind, document.RootElement) };
    }

    /// <summary>Stores version 1 of a certificate with its key, and returns the hash of its public key and the edit that defines it.</summary>
    public async Task<(string Key, StagedEdit Edit)> NewCertificateAsync(Guid cluster, string name, LevelKind level = LevelKind.Cluster, Guid? levelId = null)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var ec = ECDsa.Create();
        ec.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        using var made = new CertificateRequest($"CN={name}.example", ec, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(90));
        var id = Guid.CreateVersion7();
        var pkcs8 = key.ExportPkcs8();
        await ChangeAsync(cluster, db =>
        {
            db.Keys.Add(new StoredKey
            {
                Id = id, ClusterId = cluster, PublicKeySha256 = key.PublicKeySha256, Algorithm = "ec", Size = 256, CreatedAt = TimeProvider.System.GetUtcNow(),
                Sealed = Get<EnvelopeCipher>().Seal(pkcs8, new SealContext(SealKinds.CertificateKey, cluster, id, key.PublicKeySha256)),
            });
            db.CertificateVersions.Add(new CertificateVersion
            {
                Id = Guid.CreateVersion7(), ClusterId = cluster, LevelKind = level, LevelId = levelId ?? cluster, Name = name, Number = 1, Source = CertificateSource.SelfSigned, Custody = KeyCustody.Manager,
                Leaf = made.RawData, Chain = [], Sha256 = CanonicalJson.Sha256(made.RawData), PublicKeySha256 = key.PublicKeySha256, NotAfter = made.NotAfter, CreatedAt = TimeProvider.System.GetUtcNow(),
            });
            return Task.CompletedTask;
        });
        return (key.PublicKeySha256, Put(cluster, Kinds.Certificates, name, """{"version":1}""", level, levelId));
    }

    /// <summary>Ends the running rollout, so that the next one starts.</summary>
    public Task EndRolloutsAsync(Guid cluster) => ChangeAsync(cluster, db => db.Rollouts.Where(r => r.State == RolloutState.Running).ExecuteUpdateAsync(s => s
        .SetProperty(r => r.State, RolloutState.Succeeded).SetProperty(r => r.EndedAt, TimeProvider.System.GetUtcNow()).SetProperty(r => r.Lease, r => r.Lease + 1)));

    public Task RolloutStateAsync(CommitResult commit, RolloutState state) => Eventually.Is(
        async () => await ReadAsync(db => db.Rollouts.Where(r => r.Id == commit.Rollout).Select(r => r.State).SingleAsync()) == state, $"rollout {commit.Rollout} is {state}");
}
