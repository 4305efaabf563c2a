using Cluster.Client;
using Cluster.Client.Problems;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Testing;

namespace Cluster.Manager.Tests.Agents;

/// <summary>What administrators and machines do in many tests, through REST and the agents' port.</summary>
internal static class AgentSteps
{
    /// <summary>Makes a join token and returns its secret.</summary>
    public static async Task<string> NewTokenAsync(this TestManager host, JoinTokenCreate? token = null) =>
        (await host.Cluster.JoinTokens.CreateAsync(token)).Value.Token!;

    /// <summary>Commits a host name of the whole cluster, as one revision.</summary>
    public static async Task<ChangeReceipt> CommitHostnameAsync(this TestManager host, string hostname, params string[] acknowledge)
    {
        var settings = new OutboundSettings { Hostname = hostname };
        return (await host.Cluster.Singleton<OutboundSettings>()
            .PutAsync(settings, new WriteOptions { Acknowledge = acknowledge })).Receipt;
    }

    /// <summary>Commits several edits as one revision; what is dangerous is acknowledged.</summary>
    public static async Task<ChangeReceipt> CommitAsync(
        this TestManager host, Func<ClusterResources, Task> edits, string? confirmWithin = null)
    {
        var sets = host.Cluster.ChangeSets;
        var id = (await sets.OpenAsync()).Value.Id;
        await edits(host.Cluster.InChangeSet(id));
        var dangers = (await sets.ValidateAsync(id)).Acknowledge;
        return (await sets.CommitAsync(
            id, new CommitRequest { Comment = "test", Acknowledge = dangers, ConfirmWithin = confirmWithin })).Receipt;
    }

    /// <summary>The level of a machine.</summary>
    public static WriteOptions OfMachine(string name) => new() { Level = new LevelName(LevelKind.Machine, name) };

    /// <summary>Makes a certificate and returns the hash of its public key.</summary>
    public static async Task<string> NewCertificateAsync(this ClusterResources cluster, string name, WriteOptions? options = null) =>
        (await cluster.Certificates.MakeAsync(name, $"{name}.example", options)).Value.PublicKeySha256!;

    /// <summary>Ends the running rollout where it is, so that the next one starts.</summary>
    public static async Task EndRolloutsAsync(this TestManager host)
    {
        await foreach (var rollout in host.Cluster.Rollouts.ListAsync("running"))
        {
            try
            {
                await host.Cluster.Rollouts.CancelAsync(rollout.Id);
            }
            catch (ProblemException e) when (e.Code == ProblemCodes.RolloutState)
            {
                // It ended by itself meanwhile.
            }
        }
    }

    /// <summary>Waits until the rollout of a revision is in a state.</summary>
    public static Task RolloutStateAsync(this TestManager host, ChangeReceipt commit, RolloutState state) =>
        Eventually.Has(() => host.RolloutAsync(commit), r => r.State == state, $"rollout {commit.Rollout} is {state}");

    /// <summary>The rollout of a revision.</summary>
    public static Task<RolloutShape> RolloutAsync(this TestManager host, ChangeReceipt commit) =>
        host.Cluster.Rollouts.GetAsync(commit.Rollout!.Value);

    /// <summary>How far a machine is in the rollout of a revision.</summary>
    public static async Task<RolloutMachineState> RolloutStateOfAsync(this TestManager host, ChangeReceipt commit, string machine) =>
        (await host.RolloutAsync(commit)).Machines!.Single(m => m.Name == machine).State;

    /// <summary>The cluster as REST shows it.</summary>
    public static async Task<ClusterShape> ClusterAsync(this TestManager host) =>
        (await host.Client.Clusters.GetAsync(TestManager.ClusterName)).Value;

    /// <summary>A machine as REST shows it.</summary>
    public static async Task<MachineShape> MachineAsync(this TestManager host, string name) =>
        (await host.Cluster.Machines.GetAsync(name)).Value;

    /// <summary>How many machines the cluster has.</summary>
    public static async Task<int> CountMachinesAsync(this TestManager host) =>
        (await host.Cluster.Machines.ListAsync().ToListAsync()).Count;

    /// <summary>Who holds a certificate's key.</summary>
    public static async Task<IReadOnlyList<KeyHolderShape>> KeyHoldersAsync(
        this TestManager host, string certificate, ViewOptions? view = null) =>
        (await host.Cluster.Certificates.GetUsagesAsync(certificate, view)).HeldBy;

    /// <summary>Two processes speak with one identity, by turns: the manager takes that for a copied host.</summary>
    public static async Task QuarantineAsync(this TestManager host, TestAgent agent)
    {
        foreach (var (boot, sequence) in new[] { ("boot-a", 901ul), ("boot-b", 902ul), ("boot-a", 903ul) })
        {
            await using var stream = await agent.ConnectAsync(boot);
            await stream.SpokenAsync(sequence);
        }

        await Eventually.Has(
            () => host.MachineAsync(agent.Joined.MachineName), m => m.State == MachineState.Quarantined, "the machine is quarantined");
    }

    /// <summary>
    /// A machine that joined, said what its service can do, and went offline. Its Postfix hosts a listener and announces features
    /// (none given: all that tests use) and every kind that is of mail.
    /// </summary>
    public static Task<Guid> AddMachineAsync(
        this TestManager host, string name, string listener = "in", params IReadOnlyList<string> features)
    {
        var service = new ServiceAnnouncement { Name = "postfix", Driver = "postfix" };
        service.Kinds.AddRange(
        [
            Kinds.Certificates, Kinds.TrustedAuthorities, Kinds.Listeners, Kinds.MailFlowPolicies, Kinds.DestinationControls,
            Kinds.Outbound, Kinds.Trust, Kinds.AgentSettings,
        ]);
        service.Endpoints.Add(new Protocol.V1.Endpoint { Kind = Kinds.Listeners, Name = listener, Address = "127.0.0.1", Port = 25 });
        service.Features.AddRange(features.Count == 0 ? AllFeatures : features);
        return host.AddMachineAsync(name, service);
    }

    /// <summary>A machine with one service that joined, said what the service can do, and went offline.</summary>
    public static async Task<Guid> AddMachineAsync(this TestManager host, string name, ServiceAnnouncement service)
    {
        using var agent = await TestAgent.NewAsync(host, name);
        await using (var stream = await agent.ConnectAsync(change: h =>
        {
            h.Services.Clear();
            h.Services.Add(service);
        }))
        {
            await stream.WelcomeAsync();
        }

        await Eventually.Has(() => host.MachineAsync(name), m => m.State == MachineState.Offline, $"{name} is offline");
        return agent.MachineId;
    }

    /// <summary>Features of a host that can do everything.</summary>
    public static IReadOnlyList<string> AllFeatures { get; } =
    [
        "listener.tls",
        "listener.certificate",
        "listener.sender-groups",
        "destination.tls.none",
        "destination.tls.preferred",
        "destination.tls.required",
        "destination.tls.required-verify", "trust.custom", "outbound.hostname",
    ];
}
