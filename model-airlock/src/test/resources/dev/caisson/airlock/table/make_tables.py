import pyarrow as pa, pyarrow.parquet as pq, random, sys
R=sys.argv[1]; r=random.Random(20240607)
def make(n, off):
    return dict(pid=[f"P{off+i//2:04d}" for i in range(n)],
      age=[None if i%37==5 else round(r.uniform(18,95),2) for i in range(n)],
      grade=[r.randint(1,3) for i in range(n)], sex=[r.choice("FM") for i in range(n)],
      visits=[r.randint(0,40) for i in range(n)], smoker=[r.random()<.3 for i in range(n)],
      event=[r.choice(["yes","no"]) for i in range(n)])
T=dict(pid=pa.string(),age=pa.float64(),grade=pa.int64(),sex=pa.string(),visits=pa.int32(),smoker=pa.bool_(),event=pa.string())
for name,n,off in [("members",200,0),("others",120,500)]:
    d=make(n,off)
    with open(f"{R}/{name}.csv","w") as f:
        f.write(",".join(d)+"\n")
        for i in range(n):
            f.write(",".join("" if d[k][i] is None else ("true" if d[k][i] is True else "false" if d[k][i] is False else str(d[k][i])) for k in d)+"\n")
    t=pa.table({k:pa.array(d[k],T[k]) for k in d})
    for c in ["snappy","gzip","zstd","lz4","none"]:
        if name=="members" or c=="snappy": pq.write_table(t,f"{R}/{name}-{c}.parquet",compression=c,row_group_size=70)
    if name=="members":
        pq.write_table(t,f"{R}/{name}-v2.parquet",compression="zstd",data_page_version="2.0",use_dictionary=False)
        pq.write_table(t,f"{R}/{name}-delta.parquet",column_encoding={"visits":"DELTA_BINARY_PACKED"},use_dictionary=False)
        pq.write_table(t,f"{R}/{name}-brotli.parquet",compression="brotli")
import datetime
pq.write_table(pa.table({"when":pa.array([datetime.date(2024,1,1)]),"event":["yes"]}),f"{R}/dates.parquet")
pq.write_table(pa.table({"list":pa.array([[1,2]]),"event":["yes"]}),f"{R}/nested.parquet")
