using System.Diagnostics;
using System.Text.Json.Nodes;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;

namespace Cluster.Benchmarks;

/// <summary>Operations on certificates through REST, beside the openssl command that does the same with files, in turns.</summary>
internal static class CertificatesAgainstOpenssl
{
    private const int Repeats = 30;
    private const string Names = "subjectAltName=DNS:mx.example.test";

    internal static async Task MeasureAsync(Report report)
    {
        using var directory = new TestDirectory("openssl");
        await using var fleet = await Fleet.StartAsync(new ManagerStartOptions());
        await Openssl(
            directory, "req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.pem -subj /CN=mx.example.test -addext " + Names);
        await Openssl(directory, "pkcs12 -export -in rsa.pem -inkey rsa.key -passout pass:password -out rsa.p12");
        var import = new JsonObject
        {
            ["data"] = Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(directory.Path, "rsa.p12"))),
            ["password"] = "password"
        };
        await fleet.SelfSignedCertificateAsync("renewed", "mx.example.test");

        report.Section($"Certificates through REST beside openssl, {Repeats} runs each in turns", "REST median | openssl median | ratio");
        await RowAsync(
            report,
            "self-signed certificate and request, EC key",
            n => fleet.SelfSignedCertificateAsync($"c{n}", "mx.example.test"),
            _ => Openssl(
                directory,
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ec.key -out ec.pem -subj "
                + "/CN=mx.example.test -addext "
                    + Names));
        var rsa = new JsonObject
        {
            ["dnsNames"] = new JsonArray("mx.example.test"),
            ["key"] = new JsonObject { ["algorithm"] = "rsa", ["size"] = 2048 }
        };
        await RowAsync(
            report,
            "the same, RSA 2048 (most of it is finding the primes)",
            n => MakeAsync(fleet, rsa, $"r{n}"),
            _ => Openssl(
                directory, "req -x509 -newkey rsa:2048 -nodes -keyout new.key -out new.pem -subj /CN=mx.example.test -addext " + Names));
        await RowAsync(
            report,
            "signing request for a key that is there",
            async _ => (await fleet.Rest.PostAsync(
                Fleet.At("certificates/renewed/signing-request"), new JsonObject { ["key"] = "same" })).Expect(201),
            _ => Openssl(directory, "req -new -key ec.key -subj /CN=mx.example.test -out ec.csr -addext " + Names));
        await RowAsync(
            report,
            "import of PKCS#12, RSA 2048",
            async n => (await fleet.Rest.PostAsync(Fleet.At($"certificates/i{n}/import"), import.DeepClone())).Expect(201),
            _ => Openssl(directory, "pkcs12 -in rsa.p12 -passin pass:password -nodes -out read.pem"));
        await RowAsync(
            report,
            "inspect of PKCS#12",
            async _ => (await fleet.Rest.PostAsync("/inspect", import.DeepClone())).Expect(200),
            _ => Openssl(directory, "pkcs12 -in rsa.p12 -passin pass:password -nodes -info -out read.pem"));
        await SignedAsync(report, fleet, directory);
    }

    private static async Task MakeAsync(Fleet fleet, JsonObject order, string name)
    {
        var body = order.DeepClone();
        body["name"] = name;
        (await fleet.Rest.PostAsync(Fleet.At("certificates"), body)).Expect(201);
    }

    private static async Task SignedAsync(Report report, Fleet fleet, TestDirectory directory)
    {
        var uploads = new List<string>();
        for (var n = 0; n < Repeats; n++) uploads.Add(await fleet.SignOpenRequestAsync($"c{n}"));
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "chain.pem"), uploads[0]);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "root.pem"), fleet.Authority.Root.ToPem());
        await RowAsync(
            report,
            "signed certificate with its intermediate (openssl: verify)",
            n => fleet.UploadAsync($"c{n}", uploads[n]),
            _ => Openssl(directory, "verify -CAfile root.pem -untrusted chain.pem chain.pem"));
    }

    private static async Task RowAsync(Report report, string what, Func<int, Task> rest, Func<int, Task> openssl)
    {
        var (ours, theirs) = (new Samples(), new Samples());
        for (var n = 0; n < Repeats; n++)
        {
            ours.Add(await TimeAsync(() => rest(n)));
            theirs.Add(await TimeAsync(() => openssl(n)));
        }

        report.Row(what, Report.Milliseconds(ours.Median), Report.Milliseconds(theirs.Median), $"{ours.Median / theirs.Median:0.00}");
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> call)
    {
        var watch = Stopwatch.StartNew();
        await call();
        return watch.Elapsed;
    }

    private static async Task Openssl(TestDirectory directory, string arguments) =>
        (await Command.RunAsync("/bin/sh", ["-c", $"cd '{directory.Path}' && exec openssl {arguments}"])).Ok();
}
