using System.Globalization;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Generations;
using Cluster.Agent.Drivers.Postfix.Preflight;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using System.Text.Json;

namespace Cluster.Agent.Drivers.Postfix.Staging;

/// <summary>Renders a part, checks it, and writes it beside the live files as a generation.</summary>
internal sealed class Stager(DriverContext context, GenerationStore store, RouteReader routes, Preflight.Preflight preflight)
{
    private string Directory => context.Service.ConfigDirectory;

    /// <summary>What a part means on top of what is applied now.</summary>
    /// <param name="part">The wanted settings.</param>
    /// <param name="keys">Keys that arrived; those of the live generation are taken from it; null = only a plan is made, without keys.</param>
    /// <param name="keepOrphans">Whether what no level defines any more stays.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Attempt<Candidate>> RenderAsync(ServicePart part, IPrivateKeys? keys, bool keepOrphans, CancellationToken cancellation)
    {
        var live = LiveFiles.Read(Directory, store);
        var applied = live.Applied?.Part;
        var effective = EffectivePart.Merge(keepOrphans ? applied : null, part, context.Service);
        var administrator = live.Administrator;
        var routing = await routes.ReadAsync(live.Master, [.. effective.Part.All<DestinationControl>().Keys], cancellation);
        if (!routing.Succeeded) return routing.Failure;
        var input = new RenderInput(effective, applied, sha => keys?.Find(sha) ?? store.FindKey(live.Applied, sha), administrator, routing.Value, context.Clock.GetUtcNow()) { PlanOnly = keys is null };
        var rendered = new Renderer(input, context.Service).Render();
        if (!rendered.Succeeded) return rendered.Failure;
        var candidate = Candidate.Make(live, rendered.Value, store);
        if (!candidate.Succeeded) rendered.Value.Dispose();
        return candidate;
    }

    /// <summary>Renders, checks and writes.</summary>
    public async Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, bool keepOrphans, CancellationToken cancellation)
    {
        await preflight.ClearAsync(cancellation);
        store.RemoveUnused(LiveFiles.Read(Directory, store).Generation);
        var rendered = await RenderAsync(part, keys, keepOrphans, cancellation);
        if (!rendered.Succeeded) return rendered.Failure;
        using var candidate = rendered.Value;
        if (!candidate.Changed)
        {
            Remember(candidate);
            return Staged(candidate);
        }

        var manifest = WriteWhole(candidate);
        if (PreflightNeed.Decide(candidate.Live.Manifest, candidate.State, manifest.Main, manifest.Master)
            && await preflight.RunAsync(candidate.Main.Result, candidate.Master, candidate.State.Listeners, cancellation) is { } failure)
        {
            store.Remove(candidate.Number);
            return failure;
        }

        return Staged(candidate);
    }

    private static StagedService Staged(Candidate candidate) => new()
    {
        Token = candidate.Number.ToString(CultureInfo.InvariantCulture),
        Changed = candidate.Changed,
        Warnings = candidate.State.Warnings,
    };

    // The rendered bytes are the live ones, but the settings they came from may be others: what is orphaned is told by them.
    private void Remember(Candidate candidate)
    {
        if (candidate.Live.Manifest is not { } manifest) return;
        var updated = manifest with { Part = candidate.State.Effective.Part };
        if (Text(updated.Part) != Text(manifest.Part)) store.Complete(updated);
    }

    private static string Text(ServicePart part) => CanonicalJson.ToText(JsonSerializer.SerializeToElement(part, ContractsJson.Default.ServicePart));

    private Manifest WriteWhole(Candidate candidate)
    {
        try
        {
            return Write(candidate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On a full disk, half a generation would keep what the next attempt needs.
            store.Remove(candidate.Number);
            throw;
        }
    }

    private Manifest Write(Candidate candidate)
    {
        store.Remove(candidate.Number);
        store.Create(candidate.Number);
        foreach (var (name, content) in candidate.State.Files) store.Write(candidate.Number, name, content);
        var (main, master) = (candidate.Main.Result.ToString(), candidate.Master.ToString());
        var between = candidate.Between?.ToString();
        WriteText(candidate.Number, StagedFiles.MainBefore, candidate.Live.MainText);
        WriteText(candidate.Number, StagedFiles.MainAfter, main);
        if (between is not null) WriteText(candidate.Number, StagedFiles.MainBetween, between);
        WriteText(candidate.Number, StagedFiles.MasterBefore, candidate.Live.MasterText);
        WriteText(candidate.Number, StagedFiles.MasterAfter, master);
        var manifest = new Manifest
        {
            Number = candidate.Number,
            Previous = candidate.Live.Generation,
            Part = candidate.State.Effective.Part,
            Parameters = candidate.State.Parameters,
            Originals = candidate.Main.Originals,
            Files = candidate.State.FileHashes,
            Main = new FileChange(candidate.Live.MainHash, GenerationStore.Hash(main), between is null ? null : GenerationStore.Hash(between)),
            Master = new FileChange(candidate.Live.MasterHash, GenerationStore.Hash(master)),
        };
        store.Complete(manifest);
        return manifest;
    }

    private void WriteText(int number, string name, string text) => store.Write(number, name, LogicalLines.Bytes.GetBytes(text));
}
