using System.Text.RegularExpressions;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>Runs the examples of docs/certificates.md as they stand, from the first to the last.</summary>
public sealed partial class DocumentationTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task The_examples_of_the_page_work()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Builds.Top, "docs", "certificates.md"));
        var examples = Block().Matches(page).Select(m => m.Groups[1].Value).ToList();
        examples.Count.ShouldBeGreaterThan(10);
        using var other = new OtherSoftware();
        var settings = $"REST={manager.RestAddress.ToString().TrimEnd('/')} "
            + $"TOKEN={(await File.ReadAllTextAsync(Path.Combine(manager.Options.DataDirectory, "admin.token"))).Trim()} "
            + $"CA={Path.Combine(manager.Options.DataDirectory, "ca.pem")}\n";

        var said = await other.Run(settings + string.Join("\n", examples));

        said.ShouldContain("\"demo-certificate\"");
        said.ShouldContain("\"mx.xn--bcher-kva.example\"");
        said.ShouldContain("chain.pem: OK");
        said.ShouldContain("CN=Example issuing");
        said.ShouldContain("\"muted\": true");
        said.ShouldContain("name-lost: It does not have the name 'mx2.example.org' any more.");
        said.ShouldContain("in-use");
        said.ShouldContain("interface-not-hosted: No machine that has joined hosts interface");
        said.ShouldContain("\"level\": \"group:edge\"");
        said.ShouldContain("PBES2, PBKDF2, AES-256-CBC");
        said.ShouldContain("wrong-password");
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
