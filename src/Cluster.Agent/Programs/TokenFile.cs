namespace Cluster.Agent.Programs;

/// <summary>Reads a join token from a file or standard input, so that it stands in no command line.</summary>
internal static class TokenFile
{
    private const int Longest = 4096;

    /// <summary>The token; null when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<string?> ReadAsync(string file, CancellationToken ct)
    {
        var text = file == "-" ? await Console.In.ReadToEndAsync(ct) : await File.ReadAllTextAsync(file, ct);
        text = text.Trim();
        return text.Length is > 0 and <= Longest && !text.Any(char.IsControl) ? text : null;
    }
}
