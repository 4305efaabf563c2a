using System.Globalization;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Preflight;
using Cluster.Agent.Drivers.Postfix.Proof;
using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Staging;

/// <summary>Renders a part, checks it, and writes it beside the live files as a generation.</summary>
internal sealed class Stager(
    DriverContext context,
    string directory,
    GenerationStore<PostfixManifest> store,
    RouteReader routes,
    PreflightCheck preflight,
    PostfixCommands commands)
{
    /// <summary>Finds out what domains publish; null = nobody does.</summary>
    public PublishedWatch? Published { get; init; }

    private readonly ProtocolMemory protocols = new();

    /// <summary>What a part means on top of what is applied now.</summary>
    /// <param name="part">The wanted settings.</param>
    /// <param name="keys">Keys that arrived; those of the live generation are taken from it; null = only a plan is made, without
    /// keys.</param>
    /// <param name="keepOrphans">Whether what no level defines any more stays.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Attempt<Candidate>> RenderAsync(ServicePart part, IPrivateKeys? keys, bool keepOrphans, CancellationToken ct)
    {
        if (store.Objection() is { } untrusted) return untrusted;
        var live = LiveFiles.Read(directory, store);
        var applied = live.Applied?.Part;
        var effective = EffectivePart.Merge(keepOrphans ? applied : null, part, context.Service);
        var destinations = effective.Part.All<DestinationControl>();
        var routing = await routes.ReadAsync(live, [.. destinations.Keys], DaneHop.NamesOf(destinations), ct);
        if (!routing.Succeeded) return routing.Failure;
        var blocks = effective.Part.All<TlsProtocolBlock>();
        var input = new RenderInput
        {
            Version = blocks.Count > 0 ? await commands.VersionAsync(directory, ct) : default,
            InboundRefusal = protocols.Find(part, live),
            OutboundRefusal = blocks.TryGetValue(TlsProtocolBlock.SmtpOutbound, out var outbound)
                ? await AgainstMailAsync(outbound, live, ct)
                : null,
            Orphaned = [.. effective.Warnings],
            Applied = applied,
            Keys = sha => keys?.Find(sha) ?? store.FindKey(live.Applied, sha),
            ClientTrust = key => ClientTrust.Find(live.Applied, store, key),
            Administrator = live.Administrator,
            Master = live.Master,
            Routing = routing.Value,
            Published = await PublishedAsync(destinations, applied, ct),
            Now = context.Clock.GetUtcNow(),
            PlanOnly = keys is null,
        };
        var split = new PartSplit(applied, effective.Part, i => EffectivePart.IsHosted(i, context.Service));
        var rendered = split.Render(p => new Renderer(p, input, context.Service).Render());
        return rendered.Succeeded ? Candidate.Make(live, rendered.Value, split.Refused, store) : rendered.Failure;
    }

    /// <summary>Renders, checks and writes.</summary>
    public async Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, bool keepOrphans, CancellationToken ct)
    {
        if (store.Objection() is { } untrusted) return untrusted;
        await preflight.ClearAsync(ct);
        store.RemoveUnused(LiveFiles.Read(directory, store).Generation);

        // What the host's TLS library does not take is known then, and refused by name.
        return await StageOnceAsync(part, keys, keepOrphans, ct)
            ?? await StageOnceAsync(part, keys, keepOrphans, ct)
            ?? ApplyFailure.Transient(
                ApplyCodes.PreflightFailed, "preflight", "Files of this Postfix change while settings are tried. It is tried again.");
    }

    // Null = versions and ciphers of TLS were found to be none of this host's.
    private async Task<Attempt<StagedService>?> StageOnceAsync(ServicePart part, IPrivateKeys keys, bool keepOrphans, CancellationToken ct)
    {
        var rendered = await RenderAsync(part, keys, keepOrphans, ct);
        if (!rendered.Succeeded) return rendered.Failure;
        using var candidate = rendered.Value;
        if (candidate.IsNothingTaken) return RefusalText.Failure(candidate.Refused);
        if (!candidate.Changed)
        {
            Remember(candidate, part);
            return Staged(candidate);
        }

        var manifest = Write(candidate, part);
        if (!PreflightNeed.Decide(candidate.Live.Manifest, candidate.State, manifest.Main, manifest.Master)) return Staged(candidate);
        var isRefused = manifest.IsRefused(TlsProtocolBlock.Kind, TlsProtocolBlock.SmtpInbound);
        var seen = MasterCfEdit.Seen(candidate.Live.Master, candidate.Live.Administrator, candidate.State.Listeners);
        IReadOnlyList<ListenerPlan> shown = isRefused ? [.. seen.Select(l => l with { Protocols = null })] : seen;
        var tried = await preflight.RunAsync(candidate.Main.Result, candidate.Master, shown, ct);
        if (tried is { Failure: null, Protocols: null }) return Staged(candidate);
        store.Remove(candidate.Number);
        if (tried.Protocols is not { } refusal) return tried.Failure!;
        protocols.Keep(part, candidate.Live, refusal);
        return null;
    }

    // What never was looked at and is about to become weaker is looked at first; where no destination changes, nobody waits.
    private async Task<PublishedFindings> PublishedAsync(
        IReadOnlyDictionary<string, DestinationControl> wanted, ServicePart? applied, CancellationToken ct)
    {
        if (Published is null) return PublishedFindings.None;
        Published.Watch(PublishedRules.NamesOf(wanted));
        await Published.LookAtNewAsync(PublishedRules.NamesOf(PublishedRules.Changed(wanted, applied)), ct);
        return Published.Current;
    }

    private async Task<string?> AgainstMailAsync(TlsProtocolBlock block, LiveFiles live, CancellationToken ct) =>
        await new ProtocolObjections(commands, directory).FindAsync(live, block, ct)
            ?? await new OutboundOffer(commands, directory).LookAsync(block, ct);

    private static StagedService Staged(Candidate candidate) => new()
    {
        Token = candidate.Number.ToString(CultureInfo.InvariantCulture),
        Changed = candidate.Changed,
        Warnings = candidate.State.Warnings,
        Refused = candidate.Refused,
        Findings = candidate.State.Findings,
    };

    // The rendered bytes are the live ones, but the settings they came from may be others: what is orphaned is told by them.
    private void Remember(Candidate candidate, ServicePart wanted)
    {
        if (candidate.Live.Manifest is { } manifest)
            store.Describe(
                manifest with { Part = candidate.State.Part, Refused = candidate.Refused, Wanted = PostfixManifest.HashOf(wanted) });
    }

    private PostfixManifest Write(Candidate candidate, ServicePart wanted)
    {
        var (main, master) = (candidate.Main.Result.ToString(), candidate.Master.ToString());
        var between = candidate.Between?.ToString();
        var manifest = new PostfixManifest
        {
            Number = candidate.Number,
            Previous = candidate.Live.Generation,
            Part = candidate.State.Part,
            Wanted = PostfixManifest.HashOf(wanted),
            Refused = candidate.Refused,
            Parameters = candidate.State.Parameters,
            Transports = candidate.State.Transports.Count > 0 ? candidate.State.Transports : null,
            Originals = candidate.Main.Originals,
            Files = candidate.State.FileHashes,
            Main = new FileChange(candidate.Live.MainHash, LiveFiles.Hash(main), between is null ? null : LiveFiles.Hash(between)),
            Master = new FileChange(candidate.Live.MasterHash, LiveFiles.Hash(master)),
        };
        var files = new Dictionary<string, byte[]>(candidate.State.Files)
        {
            [StagedFiles.MainBefore] = Bytes(candidate.Live.MainText),
            [StagedFiles.MainAfter] = Bytes(main),
            [StagedFiles.MasterBefore] = Bytes(candidate.Live.MasterText),
            [StagedFiles.MasterAfter] = Bytes(master),
        };
        if (between is not null) files[StagedFiles.MainBetween] = Bytes(between);
        if (candidate.RoutesBetween is { } routes) files[PostfixNames.RouteFileBetween] = Bytes(routes);
        store.Write(files, manifest);
        return manifest;
    }

    private static byte[] Bytes(string text) => LogicalLines.Bytes.GetBytes(text);
}
