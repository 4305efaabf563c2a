using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Cluster.Agent.Programs;
using Cluster.Verification.Published;

namespace Cluster.Agent.LookUps;

/// <summary>
/// Has a process of its own look things up, without privileges, which ends with the answers: what comes from the network is read by nobody
/// who is root.
/// </summary>
/// <param name="user">Who that process is; null = the user that runs the agent.</param>
internal sealed class OwnLookUps(string? user) : ILookUps
{
    private const int LongestLine = 16 * 1024;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request, TimeSpan limit, CancellationToken ct)
    {
        var answers = new List<PublishedSeen>();
        try
        {
            using var process = Process.Start(OwnProgram.Start(LookUpProcess.Verb, OwnProgram.UserArgument(user)));
            if (process is null) return answers;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
            ending.CancelAfter(limit);
            try
            {
                await JsonSerializer.SerializeAsync(
                    process.StandardInput.BaseStream, request, LookUpJson.Default.LookUpRequest, ending.Token);
                process.StandardInput.Close();
                var lines = new BoundedLines(process.StandardOutput.BaseStream, LongestLine);
                for (var read = 0; read < request.Domains.Count && await lines.NextAsync(ending.Token) is { } line; read++)
                {
                    if (Read(line.Span) is { } seen) answers.Add(seen);
                }
            }
            finally
            {
                if (!process.HasExited) process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        catch (Exception e) when (e is IOException or Win32Exception or InvalidOperationException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
        }

        // It is asked again later for what is missing; names that were not asked for say nothing.
        var asked = request.Domains.Select(d => d.Domain).ToHashSet(StringComparer.Ordinal);
        return [.. answers.Where(a => asked.Contains(a.Domain))];
    }

    private static PublishedSeen? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, LookUpJson.Default.PublishedSeen);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
