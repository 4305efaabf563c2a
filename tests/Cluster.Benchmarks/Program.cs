using Cluster.Benchmarks;

var runs = args.Length > 0 ? int.Parse(args[0]) : 20;
var report = new Report();
await CommitToVerified.MeasureAsync(report, runs);
await AgentFootprint.MeasureAsync(report, runs);
await RestLatency.MeasureAsync(report, "SQLite", database: null);
if (Environment.GetEnvironmentVariable("CLUSTER_TEST_POSTGRES") is { Length: > 0 } server)
{
    await RestLatency.MeasureAsync(report, "PostgreSQL", server);
}

Console.WriteLine(await report.TextAsync());
