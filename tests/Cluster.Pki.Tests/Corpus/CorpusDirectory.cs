using System.Text;

namespace Cluster.Pki.Tests.Corpus;

/// <summary>A temporary directory for files that other programs read and write.</summary>
internal sealed class CorpusDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pki-").FullName;

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] data)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, data);
        return path;
    }

    public byte[] Read(string name) => File.ReadAllBytes(System.IO.Path.Combine(Path, name));

    public Task<string> Run(string program, params string[] arguments) => Tool.Run(program, arguments, directory: Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
