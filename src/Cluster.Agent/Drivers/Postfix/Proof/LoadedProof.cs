using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>Reads outbound settings back through Postfix's own look-up.</summary>
internal sealed class LoadedProof(PostfixCommands commands, string directory, GenerationStore<PostfixManifest> store)
{
    /// <summary>Whether a generation sets anything that no listener shows.</summary>
    public static bool IsNeeded(PostfixManifest manifest) => Parameters(manifest).Any();

    /// <summary>What Postfix has otherwise than the generation says; null = nothing.</summary>
    public async Task<ApplyFailure?> ProveAsync(PostfixManifest manifest, CancellationToken ct)
    {
        var wanted = Parameters(manifest).ToArray();
        if (wanted.Length == 0) return null;
        var seen = await commands.ParametersAsync(directory, [.. wanted.Select(p => p.Key)], expand: false, ct);
        foreach (var (name, value) in wanted)
        {
            var found = seen.GetValueOrDefault(name);
            if (found is null || Blanks(found) != Blanks(value))
                return ApplyFailure.Final(
                    ApplyCodes.NotLoaded, "probe", $"Postfix has {name} = {found ?? "(nothing)"} instead of {value}.");
        }

        if (ShownBlock(manifest) is { } block && await AgainstAsync(block, ct) is { } against)
            return ApplyFailure.Final(ApplyCodes.NotLoaded, "probe", $"TLS versions and ciphers of mail that leaves: {against}");
        return await ProveTransportsAsync(manifest, ct) ?? await ProvePoliciesAsync(manifest, ct);
    }

    /// <summary>The block of TLS protocols for mail that leaves, where it is in force; null = there is none.</summary>
    public static TlsProtocolBlock? ShownBlock(PostfixManifest manifest) =>
        manifest.Parameters.ContainsKey(ProtocolParameters.OfClient[0])
            && !manifest.IsRefused(TlsProtocolBlock.Kind, TlsProtocolBlock.SmtpOutbound)
            ? manifest.Part.All<TlsProtocolBlock>().GetValueOrDefault(TlsProtocolBlock.SmtpOutbound)
            : null;

    private async Task<string?> AgainstAsync(TlsProtocolBlock block, CancellationToken ct) =>
        await new ProtocolObjections(commands, directory).FindAsync(LiveFiles.Read(directory, store), block, ct)
            ?? await new OutboundOffer(commands, directory).LookAsync(block, ct);

    private async Task<ApplyFailure?> ProveTransportsAsync(PostfixManifest manifest, CancellationToken ct)
    {
        if (manifest.Transports is not { Count: > 0 } transports) return null;
        var options = await commands.OptionsAsync(directory, ct);
        foreach (var name in transports.Keys)
        {
            var wanted = manifest.Parameters[OwnTransport.ParameterOf(name)].Replace(
                "$" + PostfixNames.Generation, store.PathOf(manifest.Number), StringComparison.Ordinal);
            var found = options.GetValueOrDefault($"{name}/unix")?.GetValueOrDefault(TransportEdit.ChainFiles);
            if (found != wanted)
                return ApplyFailure.Final(
                    ApplyCodes.NotLoaded,
                    "probe",
                    $"The transport {name} in master.cf has {TransportEdit.ChainFiles} = {found ?? "(nothing)"} instead of {wanted}.");
        }

        return null;
    }

    private async Task<ApplyFailure?> ProvePoliciesAsync(PostfixManifest manifest, CancellationToken ct)
    {
        if (!manifest.Files.ContainsKey(PostfixNames.PolicyFile)) return null;
        var file = Path.Combine(store.PathOf(manifest.Number), PostfixNames.PolicyFile);
        var rows = (await File.ReadAllLinesAsync(file, ct)).Select(l => l.Split(' ', 2)).ToArray();
        if (rows.Length == 0) return null;
        var answers = await commands.QueryAsync(directory, "texthash:" + file, rows.Select(r => r[0]), ct);
        if (!answers.Succeeded) return answers.Failure;
        var seen = answers.Value;
        foreach (var row in rows)
        {
            var found = seen.GetValueOrDefault(row[0]);
            if (found != row[1])
                return ApplyFailure.Final(
                    ApplyCodes.NotLoaded, "probe", $"Postfix finds {found ?? "nothing"} for {row[0]} instead of {row[1]}.");
        }

        return null;
    }

    // Where lines are joined is Postfix's own affair.
    private static string Blanks(string value) => string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<KeyValuePair<string, string>> Parameters(PostfixManifest manifest) =>
        manifest.Parameters.Where(
            p => (p.Key.StartsWith("smtp_", StringComparison.Ordinal)
                    || p.Key is TransportOptions.SendersLower or ProtocolParameters.OwnList or "transport_maps")
                && !p.Key.EndsWith("loglevel", StringComparison.Ordinal)
                && p.Key != "smtp_tls_exclude_ciphers");
}
