namespace Cluster.Testing.Golden;

/// <summary>
/// A committed file that holds a format as it was promised. A test that compares with one fails when the format moves; the variable
/// <c>CLUSTER_GOLDEN=write</c> writes the file anew instead.
/// </summary>
public sealed class GoldenFile
{
    private const string Variable = "CLUSTER_GOLDEN";
    private readonly string path;

    private GoldenFile(string path) => this.path = path;

    /// <summary>Whether golden files are written, not compared.</summary>
    public static bool IsWriting => Environment.GetEnvironmentVariable(Variable) == "write";

    /// <summary>Whether the file is there.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>What it holds, without line ends at its end.</summary>
    public string Text =>
        Exists
            ? File.ReadAllText(path).TrimEnd('\n')
            : throw new FileNotFoundException($"{path} is missing: write one by hand that uses every member.");

    /// <summary>A file of the folder <c>Golden</c> of a test project.</summary>
    public static GoldenFile Of(string project, string name) => new(Path.Combine(Top(), "tests", project, "Golden", name));

    /// <summary>Compares, or writes.</summary>
    /// <exception cref="InvalidOperationException">It differs; says where and what to do.</exception>
    public void ShouldBe(string actual)
    {
        if (IsWriting)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual.TrimEnd('\n') + "\n");
            return;
        }

        if (Exists && Text == actual.TrimEnd('\n')) return;
        throw new InvalidOperationException(
            $"""
            {path} differs. {Difference(actual)}
            This format is promised (docs/decisions/0018-formats-and-compatibility.md): it may change only in the ways that are listed there,
            with what reads the older form. If this change is one of them, run this test with {Variable}=write and commit the file.
            """);
    }

    private string Difference(string actual)
    {
        if (!Exists) return "There is no such file.";
        var (was, now) = (Text.Split('\n'), actual.TrimEnd('\n').Split('\n'));
        var line = was.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"Line {line + 1} was:\n{was.ElementAtOrDefault(line) ?? "(no line)"}\nand "
            + $"is:\n{now.ElementAtOrDefault(line) ?? "(no line)"}";
    }

    private static string Top()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Cluster.sln"))) directory = directory.Parent;
        return directory.FullName;
    }
}
