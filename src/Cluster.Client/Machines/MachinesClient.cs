using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Effective;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;

namespace Cluster.Client.Machines;

/// <summary>Machines; each is named by its name or id.</summary>
public sealed class MachinesClient
{
    private readonly ResourceScope scope;

    internal MachinesClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Prepares a machine, so that its layer can be written before it joins.</summary>
    public Task<Written<MachineShape>> PrepareAsync(MachineCreate machine, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<MachineCreate, MachineShape>(HttpMethod.Post, scope.Routes.Machines, machine, options, ct);

    /// <summary>Reads a machine with its services; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<MachineShape>> GetAsync(string machine, CancellationToken ct = default) =>
        scope.Transport.GetAsync<MachineShape>(scope.Routes.Machine(machine), null, ct);

    /// <summary>Lists machines by name, departed ones included.</summary>
    public IAsyncEnumerable<MachineShape> ListAsync(MachineFilter? filter = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<MachineShape>(
            () => new RestRequest(HttpMethod.Get, scope.Routes.Machines)
                .Query("group", filter?.Group)
                .Query("state", filter?.State is { } state ? EnumNames.Of(state) : null)
                .Query("labelSelector", filter?.LabelSelector),
            ct);

    /// <summary>Changes name, group, labels or mode; effective at once.</summary>
    public Task<Written<MachineShape>> PatchAsync(
        string machine, MachinePatch changes, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<MachinePatch, MachineShape>(HttpMethod.Patch, scope.Routes.Machine(machine), changes, options, ct);

    /// <summary>Forgets a departed or prepared machine with its layer.</summary>
    public Task<ChangeReceipt> ForgetAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(scope.Routes.Machine(machine), options, ct);

    /// <summary>The merged configuration of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="explain">Also what each nearer level overrides.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<Versioned<EffectiveShape>> GetEffectiveAsync(string machine, bool explain = false, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Get, scope.Routes.Effective(machine))
            .With(scope.View(null)).Query("explain", explain ? "true" : null);
        return (await scope.Transport.SendAsync(request, ct).ConfigureAwait(false)).ReadVersioned<EffectiveShape>();
    }

    /// <summary>Approves the key of a pending machine, or releases one from quarantine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="publicKeySha256">Hash of the public key as <c>cluster-agent status</c> shows it on the host.</param>
    /// <param name="options">Conditions, dry run.</param>
    /// <param name="ct">Ends the request.</param>
    public Task<Written<MachineShape>> ApproveAsync(
        string machine, string publicKeySha256, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<MachineApproval, MachineShape>(
            HttpMethod.Post,
            scope.Routes.MachineAction(machine, "approve"),
            new MachineApproval { PublicKeySha256 = publicKeySha256 },
            options,
            ct);

    /// <summary>Restores what stood on the host before the join.</summary>
    public Task<Written<MachineShape>> UnmanageAsync(
        string machine, MachineUnmanage? what = null, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<MachineUnmanage, MachineShape>(
            HttpMethod.Post, scope.Routes.MachineAction(machine, "unmanage"), what ?? new MachineUnmanage(), options, ct);

    /// <summary>Orders that nothing is pushed; services go on, status still flows.</summary>
    public Task<Written<MachineShape>> DisconnectAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(machine, "disconnect", options, ct);

    /// <summary>Ends <see cref="DisconnectAsync"/>: only what differs is sent.</summary>
    public Task<Written<MachineShape>> ReconnectAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(machine, "reconnect", options, ct);

    /// <summary>Has failures that are held back tried again.</summary>
    public Task<Written<MachineShape>> RetryAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(machine, "retry", options, ct);

    /// <summary>Has the machine report anew.</summary>
    public Task<Written<MachineShape>> CheckAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(machine, "check", options, ct);

    /// <summary>Has every machine of the cluster report anew.</summary>
    public async Task CheckAllAsync(WriteOptions? options = null, CancellationToken ct = default) =>
        await scope.Transport.SendAsync(new RestRequest(HttpMethod.Post, scope.Routes.Check).With(options), ct).ConfigureAwait(false);

    /// <summary>Takes the machine out of the cluster; its host keeps what it runs, its layer is kept.</summary>
    public Task<Written<MachineShape>> RemoveAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(machine, "remove", options, ct);

    /// <summary>Cuts the machine off on every manager.</summary>
    public Task<Written<MachineShape>> BanAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(machine, "ban", options, ct);

    /// <summary>Ends a ban: the machine counts as departed.</summary>
    public Task<Written<MachineShape>> UnbanAsync(string machine, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(machine, "unban", options, ct);

    private Task<Written<MachineShape>> ActAsync(string machine, string action, WriteOptions? options, CancellationToken ct) =>
        scope.Transport.ActAsync<MachineShape>(scope.Routes.MachineAction(machine, action), options, ct);
}

/// <summary>Which machines are listed.</summary>
public sealed record MachineFilter
{
    /// <summary>Only those of this group.</summary>
    public string? Group { get; init; }

    /// <summary>Only those in this state.</summary>
    public MachineState? State { get; init; }

    /// <summary>key, !key, key=value, key!=value, separated by commas.</summary>
    public string? LabelSelector { get; init; }
}
