using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Agent.State;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>
/// Lets Postfix's own TLS client offer what smtp(8) offers with a block, and reads its ClientHello: smtp(8) itself connects only with mail.
/// posttls-finger(1) has the same TLS code, library and main.cf, but takes versions, grade and exclusions by its arguments; that
/// smtp(8) has the same is read back from Postfix.
/// </summary>
internal sealed class OutboundOffer(PostfixCommands commands, string directory)
{
    private const string Client = "/usr/sbin/posttls-finger";
    private const string Environment = "/usr/bin/env";
    private const string MailOwner = "mail_owner";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What the detail of a proof adds about it; empty where no block is in force.</summary>
    public static string Told(PostfixManifest manifest)
    {
        if (LoadedProof.ShownBlock(manifest) is not { } block) return "";
        var ciphers = block.Ciphers is null ? "" : " with the named ciphers alone";
        return $", Postfix's TLS client seen to offer only {ProtocolText.Versions(block)}{ciphers}";
    }

    /// <summary>What it offers otherwise than the block says, and what to do; null = nothing.</summary>
    public async Task<string?> LookAsync(TlsProtocolBlock block, CancellationToken ct)
    {
        if (!File.Exists(Client))
            return $"{Client} is not on this host, so that nothing shows what Postfix offers. Install all of Postfix's programs.";
        var excluded = await ExcludedAsync(ct);
        var arguments = Arguments(block, await commands.VersionAsync(directory, ct), excluded);
        var offer = new ClientOffer((port, t) => RunAsync([.. arguments, $"[127.0.0.1]:{port}"], t), await UserAsync(ct));
        if (await offer.LookAsync(block, ct) is not { } problem) return null;
        var theirs = block.Ciphers is null ? "" : $" Ciphers that main.cf leaves out: {string.Join(", ", excluded)}.";
        return $"Postfix, with the TLS library of this host, does not offer versions and ciphers as they are named. {problem}{theirs} "
            + "Choose what the host offers.";
    }

    // Started by root, it gives up root for Postfix's own user before it connects.
    private async Task<uint> UserAsync(CancellationToken ct)
    {
        if (!Privileges.IsRoot) return FileRights.Own.Owner.User;
        var owner = (await commands.ParametersAsync(directory, [MailOwner], expand: true, ct)).GetValueOrDefault(MailOwner) ?? "postfix";
        return Privileges.Find(owner)?.User ?? throw new IOException($"There is no user {owner} (mail_owner of Postfix) on this host.");
    }

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var result = await commands.RunAsync(Environment, ["-i", "LC_ALL=C", $"MAIL_CONFIG={directory}", Client, .. arguments], Limit, ct);
        return result.Said;
    }

    // As smtp(8) puts a list together: the grade's, and what is excluded behind it.
    private static List<string> Arguments(TlsProtocolBlock block, PostfixVersion version, IEnumerable<string> excluded)
    {
        List<string> arguments = ["-c", "-w", "-l", "encrypt", "-t", "10", "-T", "10", "-p", ProtocolParameters.Versions(block, version)];
        if (ProtocolText.Ciphers(block, ofTls13: false) is not { Length: > 0 } ciphers) return arguments;
        var list = string.Concat(excluded.Select(c => ":!" + c));
        return [.. arguments, "-g", ProtocolParameters.OwnGrade, "-o", $"{ProtocolParameters.OwnList}={ciphers}{list}"];
    }

    private async Task<IReadOnlyList<string>> ExcludedAsync(CancellationToken ct)
    {
        var parameters = await commands.ParametersAsync(directory, ProtocolParameters.Exclusions, expand: true, ct);
        return [.. parameters.Values.SelectMany(Words.Of).Concat(["aNULL", "eNULL"]).Distinct(StringComparer.Ordinal)];
    }
}
