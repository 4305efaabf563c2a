using System.Text.Json;
using Cluster.Agent.Programs;
using Cluster.Agent.State;
using Cluster.Verification.Published;

namespace Cluster.Agent.LookUps;

/// <summary>
/// Entry of the process that looks things up on the network: gives up root, reads one request from its standard input, writes a line for
/// each answer, and ends.
/// </summary>
internal static class LookUpProcess
{
    /// <summary>The hidden verb.</summary>
    public const string Verb = "look-up";

    /// <summary>Argument: the unprivileged user (empty = stay who we are).</summary>
    public static async Task<int> RunAsync(string user)
    {
        if (user.Length > 0) Privileges.Become(user);
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        if (await JsonSerializer.DeserializeAsync(input, LookUpJson.Default.LookUpRequest) is not { } request) return ExitCodes.Usage;
        var lookup = new PublishedLookup(LookUpRun.ServersOf(request), TimeProvider.System);
        await LookUpRun.RunAsync(request, lookup, seen => Write(output, seen), CancellationToken.None);
        return ExitCodes.Ok;
    }

    private static void Write(Stream output, PublishedSeen seen)
    {
        output.Write(JsonSerializer.SerializeToUtf8Bytes(seen, LookUpJson.Default.PublishedSeen));
        output.Write("\n"u8);
        output.Flush();
    }
}
