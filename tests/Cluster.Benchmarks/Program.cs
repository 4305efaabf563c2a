using Cluster.Benchmarks;

var report = new Report();
if (args is ["certificates"])
{
    await CertificatesAgainstOpenssl.MeasureAsync(report);
    Console.WriteLine(await report.TextAsync());
    return;
}

if (args is ["findings", .. var count])
{
    await ManyCertificates.MeasureAsync(report, count is [var number] ? int.Parse(number) : ManyCertificates.Usual);
    Console.WriteLine(await report.TextAsync());
    return;
}

if (args is ["settings", .. var controls])
{
    await ManySettings.MeasureAsync(report, controls is [var number] ? int.Parse(number) : ManySettings.Usual);
    Console.WriteLine(await report.TextAsync());
    return;
}

if (args is ["host", .. var destinations])
{
    await SettingsOnAHost.MeasureAsync(report, destinations is [var number] ? int.Parse(number) : ManySettings.Usual);
    Console.WriteLine(await report.TextAsync());
    return;
}

if (args is ["agent"])
{
    await AgentFootprint.MeasureAsync(report, runs: 3);
    Console.WriteLine(await report.TextAsync());
    return;
}

var runs = args.Length > 0 ? int.Parse(args[0]) : 20;
await CommitToVerified.MeasureAsync(report, runs);
await AgentFootprint.MeasureAsync(report, runs);
await RestLatency.MeasureAsync(report, "SQLite", database: null);
await CertificatesAgainstOpenssl.MeasureAsync(report);
await ManyCertificates.MeasureAsync(report, ManyCertificates.Usual);
await ManySettings.MeasureAsync(report, ManySettings.Usual);
await SettingsOnAHost.MeasureAsync(report, ManySettings.Usual);
if (Environment.GetEnvironmentVariable("CLUSTER_TEST_POSTGRES") is { Length: > 0 } server)
{
    await RestLatency.MeasureAsync(report, "PostgreSQL", server);
}

Console.WriteLine(await report.TextAsync());
