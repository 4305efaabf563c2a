using System.Text.Json;
using Cluster.Client;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Testing.Authorities;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Cluster.Testing.Rest;

namespace Cluster.Testing.Fleets;

/// <summary>A real manager with one cluster, and hosts that join it: what an administrator does, in words of intent.</summary>
public sealed class Fleet : IAsyncDisposable
{
    public const string Name = "mail";
    private readonly List<FleetHost> hosts = [];

    private Fleet(ManagerProcess manager) => Manager = manager;

    public ManagerProcess Manager { get; }

    /// <summary>The typed client with the owner's token; another one after each start of the manager.</summary>
    public ClusterClient Client => Manager.Client;

    /// <summary>The cluster of the fleet.</summary>
    public ClusterResources Cluster => Client.Cluster(Name);

    /// <summary>REST as automation without the client would use it: for tests about HTTP itself.</summary>
    public RestApi Rest => Manager.Rest;

    public TestCa Authority { get; } = new();

    public static async Task<Fleet> StartAsync(ManagerStartOptions? options = null)
    {
        var fleet = new Fleet(await ManagerProcess.StartNewAsync(options));
        await fleet.Client.Clusters.CreateAsync(Name);
        return fleet;
    }

    /// <summary>A path below the cluster.</summary>
    public static string At(string path) => $"/clusters/{Name}/{path}";

    /// <summary>The level of a machine.</summary>
    public static LevelName LevelOf(string machine) => new(LevelKind.Machine, machine);

    public async Task<JoinTokenShape> NewTokenAsync(JoinTokenCreate? token = null) =>
        (await Cluster.JoinTokens.CreateAsync(token)).Value;

    /// <summary>A started Postfix with an agent that has joined and is connected.</summary>
    public async Task<FleetHost> JoinAsync(string name, bool withFailpoints = false, params PostfixOptions[] instances)
    {
        var host = await NewHostAsync(new AgentOptions { Name = name, WithFailpoints = withFailpoints }, instances);
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        return host;
    }

    /// <summary>A started Postfix with an agent that has not joined.</summary>
    public async Task<FleetHost> NewHostAsync(AgentOptions options, params PostfixOptions[] instances)
    {
        PostfixOptions[] wanted =
            instances.Length > 0 ? instances : [new PostfixOptions { Name = "postfix", Hostname = $"{options.Name}.example.test" }];
        var services = new List<PostfixInstance>();
        foreach (var instance in wanted)
        {
            services.Add(await PostfixInstance.StartNewAsync(instance));
        }

        return Keep(new FleetHost(this, new AgentProcess(options, [.. services]), services));
    }

    /// <summary>A Postfix that is configured but not started, with an agent that has not joined.</summary>
    public async Task<FleetHost> NewIdleHostAsync(AgentOptions options)
    {
        var service = await PostfixInstance.CreateAsync(new PostfixOptions { Name = "postfix", Hostname = $"{options.Name}.example.test" });
        return Keep(new FleetHost(this, new AgentProcess(options, service), [service]));
    }

    /// <summary>An agent that has not joined, with no services but those that the options name.</summary>
    public FleetHost NewServiceHost(AgentOptions options) => Keep(new FleetHost(this, new AgentProcess(options), []));

    /// <summary>A certificate made by the manager, signed by the test's authority and uploaded; returns its serial number.</summary>
    public async Task<string> SignedCertificateAsync(string name, params string[] dnsNames)
    {
        await SelfSignedCertificateAsync(name, dnsNames);
        return await UploadSignedAsync(name);
    }

    public Task<CertificateShape> SelfSignedCertificateAsync(string name, params string[] dnsNames) =>
        SelfSignedCertificateAsync(name, dnsNames, null);

    /// <summary>A self-signed certificate of one machine's own; returns the hash of its leaf.</summary>
    public async Task<string> SelfSignedCertificateAtMachineAsync(string name, string machine) =>
        (await SelfSignedCertificateAsync(name, [$"{machine}.example.test"], LevelOf(machine))).Sha256!;

    /// <summary>Signs the newest open request and uploads leaf and intermediate; returns the leaf's serial number.</summary>
    public async Task<string> UploadSignedAsync(string name) => await UploadAsync(name, await SignOpenRequestAsync(name));

    /// <summary>What the authority makes of the newest open request: leaf and intermediate as PEM.</summary>
    public async Task<string> SignOpenRequestAsync(string name) =>
        Authority.PemFor(Authority.Sign((await Cluster.Certificates.GetSigningRequestAsync(name)).Value.Pem!));

    /// <summary>Uploads what the authority made, or stages it; returns the leaf's serial number.</summary>
    public async Task<string> UploadAsync(string name, string pem, Guid? changeSet = null)
    {
        var upload = new SignedCertificateUpload { Data = pem };
        return (await Cluster.Certificates.UploadSignedAsync(name, upload, new WriteOptions { ChangeSet = changeSet })).Value.SerialNumber!;
    }

    /// <summary>Opens a request for a new key.</summary>
    public Task OpenRenewalAsync(string name) =>
        Cluster.Certificates.OpenSigningRequestAsync(name, new SigningRequestOpen { Key = RenewalKey.New });

    /// <summary>The next version of a certificate, with a new key; returns the leaf's serial number.</summary>
    public async Task<string> RenewAsync(string name)
    {
        await OpenRenewalAsync(name);
        return await UploadSignedAsync(name);
    }

    /// <summary>One listener with a certificate and a TLS level, and its policy.</summary>
    public static Func<ClusterResources, Task>[] ListenerWithTls(string listener, string certificate, PolicyTls tls)
    {
        var policy = $"tls-{EnumNames.Of(tls)}";
        return [Edit.Put(policy, new MailFlowPolicy { Tls = tls }), Edit.Put(listener, Listener(certificate, policy))];
    }

    /// <summary>The next version of a certificate and other edits as one revision; returns the leaf's serial number.</summary>
    public async Task<string> RenewWithAsync(string certificate, params Func<ClusterResources, Task>[] edits)
    {
        await OpenRenewalAsync(certificate);
        var change = await StageAsync(edits);
        var serial = await UploadAsync(certificate, await SignOpenRequestAsync(certificate), change);
        await CommitStagedAsync(change);
        return serial;
    }

    public static Listener Listener(string certificate, string policy) => new()
    {
        Type = ListenerType.Private,
        Port = 25,
        Hostname = "mx.example.test",
        Certificate = certificate,
        DefaultPolicy = policy,
    };

    /// <summary>Commits edits as one change set and returns the revision.</summary>
    public async Task<RevisionShape> CommitAsync(params Func<ClusterResources, Task>[] edits) =>
        await CommitStagedAsync(await StageAsync(edits));

    /// <summary>Opens a change set, fills it, and returns its id.</summary>
    public async Task<Guid> StageAsync(params Func<ClusterResources, Task>[] edits)
    {
        var change = (await Cluster.ChangeSets.OpenAsync("test")).Value.Id;
        var staged = Cluster.InChangeSet(change);
        foreach (var edit in edits) await edit(staged);
        return change;
    }

    /// <summary>Commits what is staged; what is dangerous is acknowledged.</summary>
    public async Task<RevisionShape> CommitStagedAsync(Guid change)
    {
        var dangers = (await Cluster.ChangeSets.ValidateAsync(change)).Acknowledge;
        return (await Cluster.ChangeSets.CommitAsync(change, new CommitRequest { Comment = "test", Acknowledge = dangers })).Value!;
    }

    /// <summary>Number of the newest revision; 0 = none.</summary>
    public async Task<long> RevisionAsync() => (await Client.Clusters.GetAsync(Name)).Value.Revision;

    /// <summary>Waits until the rollout of a revision has ended, and returns it.</summary>
    public Task<RolloutShape> RolloutEndedAsync(RevisionShape revision) => Eventually.Has(
        () => Cluster.Rollouts.GetAsync(revision.Rollout!.Value),
        HasEnded,
        "the rollout ends",
        r => JsonSerializer.Serialize(r, RestJson.Default.RolloutShape));

    /// <summary>Waits until no rollout is left to do: before that a machine may be in sync with what came before.</summary>
    public Task RolloutsEndAsync() =>
        Eventually.Is(async () => await Cluster.Rollouts.ListAsync().AllAsync(HasEnded), "every rollout ends");

    private static bool HasEnded(RolloutShape rollout) =>
        rollout.State is not (RolloutState.Queued or RolloutState.Running or RolloutState.Paused);

    public async Task<MachineShape> MachineAsync(string name) => (await Cluster.Machines.GetAsync(name)).Value;

    /// <summary>Every machine that the cluster knows, by name.</summary>
    public async Task<IReadOnlyList<MachineShape>> MachinesAsync() => await Cluster.Machines.ListAsync().ToListAsync();

    /// <summary>Waits until a machine satisfies a condition, and returns it.</summary>
    public Task<MachineShape> MachineBecomesAsync(string name, Func<MachineShape, bool> condition, string what) => Eventually.Has(
        () => MachineAsync(name), condition, $"{name} {what}", m => JsonSerializer.Serialize(m, RestJson.Default.MachineShape));

    private async Task<CertificateShape> SelfSignedCertificateAsync(string name, string[] dnsNames, LevelName? level) =>
        (await Cluster.Certificates.CreateAsync(
            new CertificateCreate
            {
                Name = name,
                Subject = new SubjectShape { CommonName = dnsNames[0] },
                DnsNames = dnsNames,
                Key = new NewKeyShape { Algorithm = NewKeyAlgorithm.Ec, Curve = "P-256" },
                ValidFor = "30d",
            },
            new WriteOptions { Level = level })).Value;

    private FleetHost Keep(FleetHost host)
    {
        hosts.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        await Manager.DisposeAsync();
        Authority.Dispose();
    }
}
