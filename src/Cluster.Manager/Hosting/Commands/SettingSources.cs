using System.Text.Json;

namespace Cluster.Manager.Hosting.Commands;

/// <summary>Values of options that the command line does not give: first the environment, then the configuration file.</summary>
/// <remarks>The option <c>--data-dir</c> is <c>CLUSTER_MANAGER__DATA_DIR</c> in the environment and <c>dataDir</c> in the JSON
/// file that <c>--config</c> or <c>CLUSTER_MANAGER__CONFIG</c> names.</remarks>
internal sealed class SettingSources
{
    private const string Prefix = "CLUSTER_MANAGER__";
    private readonly Dictionary<string, string> file;

    private SettingSources(Dictionary<string, string> file) => this.file = file;

    /// <summary>Reads the configuration file, when one is named in the arguments or the environment.</summary>
    /// <exception cref="UsageException">The file cannot be read, or names an unknown option.</exception>
    public static SettingSources Load(string[] args, IReadOnlySet<string> known)
    {
        var index = Array.IndexOf(args, "--config");
        var path = index >= 0 && index + 1 < args.Length
            ? args[index + 1]
            : args.FirstOrDefault(a => a.StartsWith("--config=", StringComparison.Ordinal))?["--config=".Length..]
                ?? Environment.GetEnvironmentVariable(Prefix + "CONFIG");
        return new SettingSources(path is null ? [] : ReadFile(path, known));
    }

    /// <summary>The value of an option, for example <c>--data-dir</c>; null = given nowhere.</summary>
    public string? Find(string option) =>
        Environment.GetEnvironmentVariable(EnvironmentName(option)) ?? file.GetValueOrDefault(FileName(option));

    public static string EnvironmentName(string option) => Prefix + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    public static string FileName(string option)
    {
        var words = option.TrimStart('-').Split('-');
        return words[0] + string.Concat(words.Skip(1).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }

    private static Dictionary<string, string> ReadFile(string path, IReadOnlySet<string> known)
    {
        try
        {
            using var document =
                JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            var values = document.RootElement.EnumerateObject().ToDictionary(p => p.Name, Text, StringComparer.Ordinal);
            var names = known.Select(FileName).ToHashSet(StringComparer.Ordinal);
            return values.Keys.FirstOrDefault(k => !names.Contains(k)) is { } unknown
                ? throw new UsageException(
                    $"{path}: there is no option '{unknown}'. Known: {string.Join(", ", names.Order(StringComparer.Ordinal))}.")
                : values;
        }
        catch (Exception e) when (e is IOException
            or UnauthorizedAccessException
            or JsonException
            or InvalidOperationException
            or ArgumentException)
        {
            throw new UsageException($"The configuration file {path} cannot be read: {e.Message}");
        }
    }

    private static string Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString()!,
        JsonValueKind.Array => string.Join(',', property.Value.EnumerateArray().Select(v => v.GetString())),
        _ => property.Value.GetRawText(),
    };
}

/// <summary>The program was called wrongly; exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
