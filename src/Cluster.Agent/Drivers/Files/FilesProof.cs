using System.Globalization;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Files;

/// <summary>Reads files back, and sees whether their owner reaches them.</summary>
/// <param name="runner">Runs the test as their owner.</param>
/// <param name="directory">Where software finds them.</param>
internal sealed class FilesProof(IProcessRunner runner, string directory)
{
    private const string SetPrivileges = "/usr/bin/setpriv";
    private const string Test = "/usr/bin/test";
    private const string Nobody = "65534";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Looks at the files of one output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="live">The files that are live.</param>
    /// <param name="certificate">What they promise.</param>
    /// <param name="hashes">SHA-256 of what the agent wrote, by file; null = its manifest was lost.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>What is wrong; null = they are as they were applied.</returns>
    public async Task<ApplyFailure?> ProveAsync(
        PlannedOutput output,
        IReadOnlyDictionary<string, byte[]> live,
        PartCertificate? certificate,
        IReadOnlyDictionary<string, string>? hashes,
        CancellationToken ct)
    {
        if (certificate is null
            || (hashes is not null && !output.Files.All(f => IsAsWritten(f, live, hashes)))
            || !OutputContent.Shows(output, live, certificate, OutputContent.ReadPassword(output.Output)))
            return NotServed($"The files of {output.Told} do not hold what was applied{Hint(output)}.");
        foreach (var file in output.Files)
        {
            var path = Path.Combine(directory, file);
            if (FileRights.Of(path) is not { } found || found != output.RightsOf(file))
                return NotServed($"{path} of {output.Told} has mode and owner {FileRights.Of(path)}, not {output.RightsOf(file)}.");
        }

        return await ReachAsync(output, ct);
    }

    private static bool IsAsWritten(string file, IReadOnlyDictionary<string, byte[]> live, IReadOnlyDictionary<string, string> hashes) =>
        live.TryGetValue(file, out var content) && Fingerprint.OfBytes(content) == hashes.GetValueOrDefault(file);

    private async Task<ApplyFailure?> ReachAsync(PlannedOutput output, CancellationToken ct)
    {
        if (output.Output is { Owner: null, Group: null } || output.RightsOf(output.Files[0]) is not { } rights) return null;
        if (!File.Exists(SetPrivileges) || !File.Exists(Test)) return null;
        var group = $"--regid={rights.Owner.Group.ToString(CultureInfo.InvariantCulture)}";
        string[] who = output.Output.Owner is not null
            ? [$"--reuid={rights.Owner.User.ToString(CultureInfo.InvariantCulture)}", group, "--init-groups"]
            : [$"--reuid={Nobody}", group, "--clear-groups"];
        foreach (var path in output.Files.Select(f => Path.Combine(directory, f)))
        {
            var result = await runner.RunAsync(SetPrivileges, [.. who, Test, "-r", path], null, Limit, ct);
            if (result.Succeeded) continue;
            return NotServed($"{output.Output.Owner ?? $"The group {output.Output.Group}"} cannot read {path}: let it search every "
                + $"directory above {directory}.");
        }

        return null;
    }

    private static string Hint(PlannedOutput output) => output.Output.Form == OutputFormat.Pkcs12
        ? $", or the password in {output.Output.PasswordFile} is not the one that they were written with; apply again"
        : "";

    private static ApplyFailure NotServed(string message) => ApplyFailure.Final(ApplyCodes.NotServed, "probe", message);
}
