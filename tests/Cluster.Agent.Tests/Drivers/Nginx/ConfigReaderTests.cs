using Cluster.Agent.Drivers.Nginx.Configuration;
using Cluster.Agent.Drivers.Nginx.Control;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Nginx;

/// <summary>Configurations that nginx itself would not take do not bring the agent down.</summary>
public sealed class ConfigReaderTests : IDisposable
{
    private readonly TestDirectory files = new("nginx-config");

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Files_that_include_each_other_are_told()
    {
        Directory.CreateDirectory(files["conf.d"]);
        Write("nginx.conf", "http { include conf.d/*.conf; }");
        Write("conf.d/a.conf", "include conf.d/*.conf;");
        Write("conf.d/b.conf", "include conf.d/*.conf;");

        (await FaultAsync()).Message.ShouldContain($"{files["conf.d/a.conf"]} includes itself");
    }

    [Fact]
    public void A_file_may_be_included_twice_when_it_is_not_in_itself()
    {
        Write("nginx.conf", "http { server { include tls.conf; listen 1; } server { include tls.conf; listen 2; } }");
        Write("tls.conf", "ssl_protocols TLSv1.3;");

        Reader.Read().Servers.Count.ShouldBe(2);
    }

    [Fact]
    public async Task More_files_than_any_host_has_are_told()
    {
        // Each level includes the next one 30 times: 30^4 files are read.
        foreach (var level in Enumerable.Range(0, 4))
            Write(level == 0 ? "nginx.conf" : $"{level}.conf", string.Concat(Enumerable.Repeat($"include {level + 1}.conf;\n", 30)));
        Write("4.conf", "a b;");

        (await FaultAsync()).Message.ShouldContain("more than 10000 files");
    }

    [Fact]
    public async Task More_text_than_any_host_has_is_told()
    {
        Write("nginx.conf", string.Concat(Enumerable.Repeat("include 1.conf;\n", 40)));
        Write("1.conf", "a b;\n" + new string(' ', 2 * 1024 * 1024));

        (await FaultAsync()).Message.ShouldContain("bytes");
    }

    [Fact]
    public async Task Blocks_without_end_are_told()
    {
        // Few enough to be seen without an end of the whole process where nothing stops them.
        Write("nginx.conf", string.Concat(Enumerable.Repeat("a{\n", 2000)));

        (await FaultAsync()).Message.ShouldContain($"{files["nginx.conf"]}:101");
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_the_file_with_the_process_id_holds_nobody_up()
    {
        await NamedPipe.MakeAsync(files["pid"]);

        await Task.Run(() => Should.Throw<IOException>(() => WorkerProcesses.MainOf(files["pid"])))
            .WaitAsync(Patience.Answer, TestContext.Current.CancellationToken);
        WorkerProcesses.MainOf(files["none"]).ShouldBe(0);
    }

    private ConfigReader Reader => new(files["nginx.conf"], files["cluster"]);

    private Task<IOException> FaultAsync() =>
        Task.Run(() => Should.Throw<IOException>(() => Reader.Read())).WaitAsync(Patience.Answer, TestContext.Current.CancellationToken);

    private void Write(string file, string text) => File.WriteAllText(files[file], text);
}
