"use strict";(self.rspackChunkexlab_wizard=self.rspackChunkexlab_wizard||[]).push([[7],{4(e,t,a){a.r(t);var i=a(5),s=a(6),n=a(7),r=a(8),l=a(9),o=a(10),h=a(11),d=a(12),c=class extends Error{status;code;constructor(e,t,a){super(a),this.status=e,this.code=t}};function p(e,t,a){return`${e}/${t.split("/").map(encodeURIComponent).join("/")}/${a}`}async function u(e,t,a,i=1e4){let s,n={"Content-Type":"application/json","X-XSRFToken":/(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1]??""},r=AbortSignal.timeout(i);try{let i=void 0===a?void 0:JSON.stringify(a);s=await fetch(t,{method:e,headers:n,body:i,signal:r,credentials:"same-origin",cache:"no-store"})}catch{throw new c(0,"unreachable","The staging service does not answer.")}let l=await s.json().catch(()=>null);if(s.ok&&null!==l)return l;throw function(e,t){let{code:a="",message:i=a}=t??{};return([401,403].includes(e.status)||e.redirected)&&(!a||/not signed in/i.test(i))?new c(403,"signed_out","This page is no longer signed in to the server. Reload the page, and sign in if asked."):a?new c(e.status,a,i):404===e.status?new c(404,"not_installed","This Jupyter server has no staging service. Run `jupyter server extension enable exlab_wizard` where the server runs, and start it again."):new c(0,"unreachable",`The staging service does not answer properly (HTTP ${e.status}).`)}(s,l)}var b={Receiving:{icon:"receiving",tone:"grey",rank:2},Waiting:{icon:"waiting",tone:"wait",rank:2},Syncing:{icon:"syncing",tone:"blue",rank:1},Verifying:{icon:"verifying",tone:"blue",rank:1},Stalled:{icon:"stalled",tone:"amber",rank:1},Blocked:{icon:"blocked",tone:"amber",rank:1},Failed:{icon:"failed",tone:"red",rank:1},Verified:{icon:"verified",tone:"green",rank:3},Paused:{icon:"paused",tone:"grey",rank:2},Clearing:{icon:"moving",tone:"grey",rank:1},Restoring:{icon:"moving",tone:"grey",rank:1},Cleared:{icon:"cleared",tone:"grey",rank:4}},g=new Set(["Syncing","Verifying","Clearing","Restoring"]);function f(e){return b[e]??b.Waiting}function x(e){return g.has(e.display_state)}function m(e){let t=e.map(e=>{var t,a;return{path:e.path,rank:(t=e).needs_attention?0:f(t.display_state).rank,stamp:(a=e.path).slice(a.lastIndexOf("_")+1)}});return t.sort((e,t)=>{var a,i,s,n;return e.rank-t.rank||(a=t.stamp,a<(i=e.stamp)?-1:+(a>i))||(s=e.path,s<(n=t.path)?-1:+(s>n))}),t.map(e=>e.path)}var w=new Set(["Verified","Cleared","Failed","Blocked","Paused"]),v=class{api;rows=new Map;station=null;link={state:"loading",message:"",code:"",since:null};revision=null;onChange=null;visible=!0;quiet=!1;asking=!1;askAgain=!1;stopped=!0;failures=0;hotUntil=0;askedAt=0;timer=0;stopListening=null;failedAt=null;constructor(e){this.api=e}start(e){this.onChange=e,this.stopped=!1,this.stopListening=this.api.listen(()=>this.hint()),this.ask()}stop(){this.stopped=!0,window.clearTimeout(this.timer),this.stopListening?.()}setVisible(e){let t=e&&!this.visible;this.visible=e,t&&this.ask()}setQuiet(e){let t=this.quiet&&!e;this.quiet=e,t&&this.ask()}seed(e){for(let t of(this.station=e.station,e.rows))this.rows.set(t.path,{...t,receivedAt:performance.now()})}wake(){this.hotUntil=performance.now()+6e3,this.ask()}hint(){let e=this.askedAt+(this.quiet?2e3:200)-performance.now();e<=0?this.ask():this.schedule(e)}async ask(){if(!this.stopped&&this.visible){if(this.asking){this.askAgain=!0;return}this.asking=!0,this.askedAt=performance.now();try{this.accept(await this.api.overview(this.revision))}catch(e){this.fail(e)}this.asking=!1,this.schedule(this.askAgain?200:this.pause()),this.askAgain=!1}}schedule(e){window.clearTimeout(this.timer),this.stopped||(this.timer=window.setTimeout(()=>void this.ask(),e))}pause(){if("live"!==this.link.state)return 1===this.failures||"station_starting"===this.link.code?1e3:5e3;let e=[...this.rows.values()];return performance.now()<this.hotUntil||e.some(x)?this.quiet?2e3:500:e.every(e=>w.has(e.display_state))?4e3:2e3}accept(e){let t=null===e.since||null===this.revision||e.revision<this.revision;if(t&&null!==e.since){this.revision=null,this.askAgain=!0;return}let a=this.mergeRows(e,t);this.revision=e.revision;let{runs:i,removed:s,revision:n,since:r,...l}=e;this.station=l,this.failures=0;let o=this.setLink({state:"live",message:"",code:"",since:null});this.onChange?.({link:o,...a})}mergeRows(e,t){let a=t?this.missingIn(e.runs):e.removed;a.forEach(e=>this.rows.delete(e));let i=a.length>0;for(let t of e.runs){let e=this.rows.get(t.path);i||=e?.display_state!==t.display_state||e.needs_attention!==t.needs_attention,this.rows.set(t.path,{...t,receivedAt:performance.now()})}return{rows:new Set(e.runs.map(e=>e.path)),order:i}}missingIn(e){let t=new Set(e.map(e=>e.path));return[...this.rows.keys()].filter(e=>!t.has(e))}fail(e){let t=e instanceof c?e:new c(0,"unreachable",String(e));if(this.failures+=1,"unreachable"===t.code&&1===this.failures){this.failedAt=new Date;return}this.revision=null;let a="unreachable"===t.code,i=a?this.failedAt??new Date:null;this.setLink({state:a?"down":"refused",message:t.message,code:t.code,since:i})&&this.onChange?.({link:!0,rows:new Set,order:!1})}setLink(e){let t=this.link;return this.link=e,t.state!==e.state||t.code!==e.code||t.message!==e.message}},y=class{feed;listeners=new Set;lookers=new Set;onPage=()=>this.feed.setVisible(!document.hidden);constructor(e){this.feed=new v(e),this.feed.setQuiet(!0)}start(){document.addEventListener("visibilitychange",this.onPage),this.feed.start(e=>this.listeners.forEach(t=>t(e))),this.onPage()}stop(){document.removeEventListener("visibilitychange",this.onPage),this.feed.stop()}view(){return new k(this)}listen(e){return this.listeners.add(e),()=>this.listeners.delete(e)}look(e,t){t?this.lookers.add(e):this.lookers.delete(e),this.feed.setQuiet(0===this.lookers.size)}},k=class{constructor(e){this.shared=e}shared;visible=!0;onChange=null;unlisten=null;missed=null;get rows(){return this.shared.feed.rows}get station(){return this.shared.feed.station}get link(){return this.shared.feed.link}start(e){this.onChange=e,this.unlisten=this.shared.listen(e=>this.hear(e)),this.shared.look(this,this.visible),"live"===this.link.state&&this.hear({link:!1,rows:new Set(this.rows.keys()),order:!0})}stop(){this.unlisten?.(),this.unlisten=null,this.shared.look(this,!1)}seed(e){}setVisible(e){if(this.visible=e,!this.unlisten)return;this.shared.look(this,e);let t=this.missed;e&&t&&(this.missed=null,this.onChange?.(t))}wake(){this.shared.feed.wake()}hear(e){var t,a;this.visible?this.onChange?.(e):this.missed=this.missed?(t=this.missed,a=e,{link:t.link||a.link,rows:new Set([...t.rows,...a.rows]),order:t.order||a.order}):e}},_={cells:[{cell_type:"markdown",id:"about",metadata:{},source:["# Staging\n","\n","What the instruments have brought to this computer, and whether it is safe on the NAS. **Verified** means that every byte was\n","read back from the NAS: only then can the copy here be cleared.\n","\n","Run the next cell once. The table stays live by itself, also while other cells run."]},{cell_type:"code",execution_count:null,id:"panel",metadata:{},outputs:[],source:["from exlab_wizard import StagingPanel\n","\n","panel = StagingPanel()\n","panel"]},{cell_type:"markdown",id:"panel-text",metadata:{},source:["## What the panel tells Python\n","\n",'Tick runs in the table: `panel.selected` has their paths. `StagingPanel(equipment="CONFOCAL_01", states=["Verified", "Failed"],\n','height=400)` shows a part. `panel.observe(function, "selected")` calls a function of yours at each change; `runs` and `summary` can be\n',"observed, too."]},{cell_type:"code",execution_count:null,id:"panel-traits",metadata:{},outputs:[],source:['print(panel.summary.get("text", "No staging service answers yet: run this cell again."))\n','print("Selected:", *panel.selected or ["nothing yet: tick runs in the table and run this cell again"], sep="\\n  ")']},{cell_type:"markdown",id:"list-text",metadata:{},source:["## The same in Python\n","\n","`connect()` finds the server this notebook runs under. `list()` takes `equipment=`, `states=`, `project=`, `kind=` and\n","`attention=True`."]},{cell_type:"code",execution_count:null,id:"list",metadata:{},outputs:[],source:["from exlab_wizard import connect\n","\n","staging = connect()\n","staging.list()"]},{cell_type:"markdown",id:"open-text",metadata:{},source:["## Wait for a run and open its files\n","\n","`wait()` returns once the run is verified on the NAS. `path()` is where its files can be read: here, and after clearing on the\n","NAS, so a script that uses it keeps working. Put the name of your own run in place of the newest one, as\n",'`run = "Run_2026-04-17T14-32"`.']},{cell_type:"code",execution_count:null,id:"open",metadata:{},outputs:[],source:['under_way = staging.list(states=["Syncing", "Verifying", "Verified"])\n',"\n","if len(under_way):\n","    run = under_way[0]\n",'    staging.wait(run, until="sync_verified", timeout=30)\n',"    folder = staging.path(run)\n",'    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and ".exlab-wizard" not in file.parts]\n','    print(folder, *(f"{file.relative_to(folder)}  {file.stat().st_size:,} bytes" for file in files[:10]), sep="\\n")\n',"else:\n",'    print("No run has come this far yet: run this cell again when the panel shows one.")']},{cell_type:"markdown",id:"table-text",metadata:{},source:["## The panel's runs as a data frame\n","\n","`panel.table()` reads them from the server now; it needs pandas."]},{cell_type:"code",execution_count:null,id:"table",metadata:{},outputs:[],source:['columns = ["display_state", "equipment_id", "project_name", "file_count", "byte_total", "last_activity_at", "proven_at"]\n',"\n","try:\n",'    frame = panel.table().set_index("path")[columns].head(20)\n',"except ImportError as missing:\n","    frame = print(missing)\n","frame"]}],metadata:{kernelspec:{display_name:"Python 3 (ipykernel)",language:"python",name:"python3"},language_info:{name:"python"}},nbformat:4,nbformat_minor:5},$="staging.ipynb";async function S(e,t,a){if(!t.length)return await (0,s.showDialog)({title:e,body:a,buttons:[s.Dialog.okButton()]}),"";let i=new Map(t.map(e=>[e.path,function(e){let[t,a,,i]=e.path.split("/");return`${i??e.path} (${t}, ${a}): ${e.display_state}`}(e)])),n=m(t),r=n.map(e=>i.get(e)??e),l=await s.InputDialog.getItem({title:e,label:"Run",items:r,okLabel:"Choose"});return n[l.button.accept&&l.value?r.indexOf(l.value):-1]??""}var A=[C("force_sync","Force sync","Force sync of which run?","be synced"),C("clear","Clear…","Clear the local copy of which run?","be cleared"),C("verify","Verify again","Verify which run again?","be verified again"),C("restore","Restore","Restore which run from the NAS?","be restored"),C("pause","Pause","Pause which run?","be paused"),C("resume","Resume","Resume which run?","be resumed"),C("retry","Retry","Retry which run?","be tried again"),C("log","Show log","Show the log of which run?","show a log")];function C(e,t,a,i){return{id:`exlab-wizard:${e.replace("_","-")}`,action:e,label:t,question:a,none:`No run can ${i} now.`}}var E=new h.LabIcon({name:"exlab-wizard:staging",svgstr:`<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <path d="M2 2h12v4H2zm1.2 1.2v1.6h9.6V3.2z" fill-rule="evenodd"/>
    <path d="M3 6h1.2v6.8h7.6V6H13v8H3z"/>
    <path d="M7.3 11.6 5 9.3l.9-.9 1.4 1.4 3-3 .9.9z"/>
  </g>
</svg>`}),M="exlab-wizard:open",T="exlab-wizard:open-tab",L="exlab-wizard:reveal",q=class{constructor(e,t,a){this.app=e,this.desk=t,this.feed=a}app;desk;feed;async onRun(e,t){var a,i;let s=(a=this.rows(),i=e.action,a.filter(e=>e.actions.includes(i))),n=this.meant(t,s)||await S(e.question,s,e.none);if(!n)return;let r=await this.desk.current();r.reveal(n),r.act(e.action,n)}async reveal(e){let t=this.rows(),a=O(e)||await S("Reveal which run?",t,"Nothing is staged.");a&&((await this.desk.current()).reveal(a),await this.browse(a))}async openNotebook(e){let t=e.cwd;try{let e="string"==typeof t?t:function(e){for(let t of e.shell.widgets("left")){if("filebrowser"!==t.id)continue;let e=t.model?.path;return"string"==typeof e?e.replace(/^[^/]*:/,""):""}return""}(this.app),a=await async function(e,t){let a=t?`${t}/${$}`:$;return await async function(e,t){return(await e.get(t,{content:!0})).content.some(e=>e.name===$)}(e,t)||await e.save(a,{type:"notebook",format:"json",content:_}),a}(this.app.serviceManager.contents,e);await this.app.commands.execute("docmanager:open",{path:a})}catch(e){await (0,s.showErrorMessage)("The staging notebook could not be opened",e instanceof Error?e:String(e))}}meant(e,t){let a=O(e);if(a)return a;let i=this.desk.activeRun;return t.some(e=>e.path===i)?i:""}async browse(e){var t;let a,i=this.feed.feed.station;if(!i||!this.feed.feed.rows.get(e)?.local_data||!this.app.commands.hasCommand(R))return;let s=function(e,t){if(e.startsWith("file:///"))try{return decodeURIComponent(new URL(e).pathname)}catch{return""}return t.startsWith("/")?t:""}(n.PageConfig.getOption("rootUri"),n.PageConfig.getOption("serverRoot")),r=(t=`${i.staging_root.replace(/\/+$/,"")}/${e}`,a=s.replace(/\/+$/,""),s.startsWith("/")&&t.startsWith(`${a}/`)?t.slice(a.length+1):null);null!==r&&await this.app.commands.execute(R,{path:r,dontShowBrowser:!0})}rows(){return[...this.feed.feed.rows.values()]}},R="filebrowser:open-path";function O(e){return"string"==typeof e.run?e.run:""}function N(e){let t=Date.parse(e.at);return{from:t-864e5,to:t}}function P(e){let t=N(e),a=[];for(let i of e.points){let s=Math.max(Date.parse(i.at),t.from),n=Math.min(Date.parse(i.at)+1e3*e.bucket_seconds,t.to),r=a.at(-1);if(!(n>s)||r&&s<r.to-6e4)continue;let l=Math.max(0,i.bytes_synced);a.push({from:s,to:n,bytes:l,bytesPerSecond:1e3*l/Math.max(n-s,12e4),...function(e){let{disk_free:t,disk_total:a}=e;return null===t||null===a||a<=0?{full:null,free:null}:{full:Math.min(1,Math.max(0,1-t/a)),free:t}}(i)})}return a}function j(e){let t=[];for(let a of e){let e=t.at(-1),i=e?.at(-1);e&&i&&a.from-i.to<=.5*(i.to-i.from)?e.push(a):t.push([a])}return t}var z=["B","KiB","MiB","GiB","TiB","PiB","EiB"],V=new Intl.NumberFormat("en-GB"),D=new Intl.DateTimeFormat("en-GB",{hour:"2-digit",minute:"2-digit"}),F=new Intl.DateTimeFormat("en-GB",{day:"numeric",month:"short"}),I=new Intl.DateTimeFormat("en-GB",{dateStyle:"short",timeStyle:"medium"});function B(e){let t=Math.max(0,e),a=0;for(;Math.round(t)>=1024&&a<z.length-1;)t/=1024,a+=1;let i=+(a>0&&t<9.95);return`${t.toFixed(i)} ${z[a]}`}function H(e){return V.format(Math.round(e))}function K(e,t){return`${H(e)} ${t}${1===e?"":"s"}`}function W(e){let t;return e>86400?"more than a day":e<10?"a few seconds":e<55?`about ${10*Math.round(e/10)} s`:e<3450?`about ${(t=Math.max(1,Math.round(e/60)))<=10?t:5*Math.round(t/5)} min`:`about ${Math.round(e/3600*2)/2} h`}function U(e){let t=Math.max(0,e);return t<60?`${Math.floor(t)} s`:t<3600?`${Math.floor(t/60)} min`:t<86400?`${Math.floor(t/3600)} h`:K(Math.floor(t/86400),"day")}function J(e){return e<5?"just now":`${U(e)} ago`}function G(e,t=new Date){if(Number.isNaN(e.getTime()))return"an unknown time";let a=D.format(e);return e.toDateString()===t.toDateString()?a:`${F.format(e)}, ${a}`}function Z(e){let t=new Date(e);if(Number.isNaN(t.getTime()))return"";let a=t.toISOString().replace("T"," ").slice(0,19);return`${I.format(t)} (${a} UTC)`}function Q(e){return Math.min(99,Math.max(0,Math.floor(100*e+1e-9)))}var X={Receiving:e=>`${B(e.byte_total)} so far`,Verified:e=>null===e.proof_age_seconds?"100 %":`100 %, proven ${J(e.proof_age_seconds)}`,Clearing:()=>"clearing",Restoring:()=>"restoring",Cleared:()=>"on the NAS"},Y={Syncing:"starting",Verifying:"checking",Failed:"stopped"};function ee(e){let t=e.seconds_since_bytes??0;return t>=30?`, no bytes for ${U(t)}`:null===e.seconds_left?"":`, ${W(e.seconds_left)}`}function et(e){return`${e>=1?100:Math.min(99,Math.round(100*e))} %`}var ea=216e5,ei=108e5;function es(e){return G(new Date(e),new Date(e))}function en(e,t={},...a){let i=document.createElement(e);for(let[e,a]of Object.entries(t))eo(i,e,a);return i.append(...a.filter(e=>null!==e)),i}function er(e){return{tabindex:e,"data-lm-suppress-shortcuts":"true"}}function el(e,t,a={}){let i=en("button",{type:"button",...er(0),...a},e);return i.addEventListener("click",()=>{"true"!==i.getAttribute("aria-disabled")&&t()}),i}function eo(e,t,a){if(null==a||!1===a)return void e.removeAttribute(t);let i=!0===a?"":String(a);e.getAttribute(t)!==i&&e.setAttribute(t,i)}function eh(e,t){e.textContent!==t&&(e.textContent=t)}function ed(e,t){let a=document.activeElement,i=new Set(t);for(let t of[...e.children])i.has(t)||t.remove();t.forEach((t,a)=>{e.children[a]!==t&&e.insertBefore(t,e.children[a]??null)}),a instanceof HTMLElement&&a!==document.activeElement&&e.contains(a)&&a.focus({preventScroll:!0})}function ec(e,t){return(t-e.from)/(e.to-e.from)}function ep(e,t){return a=>Math.round(10*t*ec(e,a))/10}function eu(e,t){return Math.max(t(e.to),t(e.from)+1.5)}function eb(e,t,a){return e<=0||t<=0?a:Math.round(10*Math.min(a-1,a*(1-e/t)))/10}function eg(e,t,a){let i=ex("text",{x:e,y:t,"text-anchor":"middle"});return i.textContent=a,i}function ef(e,t){return ex("path",{class:e,d:t})}function ex(e,t){let a=document.createElementNS("http://www.w3.org/2000/svg",e);for(let[e,i]of Object.entries(t))a.setAttribute(e,String(i));return a}var em="M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z",ew={receiving:[{as:"line",d:em,dash:"2.6 2.5"}],waiting:[{as:"line",d:em},{as:"line",d:"M8 4.4V8l2.6 1.7"}],syncing:[{as:"line",d:"M13.6 6.6A5.8 5.8 0 0 0 3.3 4.7M2.4 9.4a5.8 5.8 0 0 0 10.3 1.9"},{as:"line",d:"M3 1.6v3.3h3.3M13 14.4v-3.3H9.7"}],verifying:[{as:"line",d:"M6.9 2.1a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z"},{as:"line",d:"M10.4 10.4L14.2 14.2"}],stalled:[{as:"fill",d:em},{as:"cut",d:"M6.1 5.2v5.6M9.9 5.2v5.6"}],blocked:[{as:"line",d:"M5.2 8.2V3.7a1.05 1.05 0 0 1 2.1 0V7.3M7.3 7V2.6a1.05 1.05 0 0 1 2.1 0V7M9.4 7.2V3.6a1.05 1.05 0 0 1 2.1 0V8M11.5 6.4a1.05 1.05 0 0 1 2.1 0v3.4a4.7 4.7 0 0 1-4.7 4.7h-.6a4.7 4.7 0 0 1-3.7-1.8L2.3 9.8a1.05 1.05 0 0 1 1.6-1.3l1.3 1.4V8"}],failed:[{as:"fill",d:"M8 1.3a1 1 0 0 1 .87.5l6.3 11.2a1 1 0 0 1-.87 1.5H1.7a1 1 0 0 1-.87-1.5L7.13 1.8A1 1 0 0 1 8 1.3z"},{as:"cut",d:"M8 5.6v4M8 11.9v.1"}],verified:[{as:"fill",d:em},{as:"cut",d:"M5 8.3l2.1 2.1L11.1 6"}],paused:[{as:"line",d:"M5.4 3v10M10.6 3v10"}],moving:[{as:"line",d:"M2.5 7.5v5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-5"},{as:"line",d:"M8 2v7.4M5.2 6.8L8 9.6l2.8-2.8"}],more:[{as:"line",d:"M6 3.5L10.5 8L6 12.5"}],cleared:[{as:"line",d:"M1.8 2.8h12.4v3.1H1.8zM3 6v6.6a.9.9 0 0 0 .9.9h8.2a.9.9 0 0 0 .9-.9V6"},{as:"line",d:"M6.3 8.7h3.4"}]},ev="http://www.w3.org/2000/svg";function ey(e){let t=document.createElementNS(ev,"svg");for(let a of(t.setAttribute("viewBox","0 0 16 16"),t.setAttribute("aria-hidden","true"),t.classList.add("exlab-icon"),ew[e]??[]))t.append(function(e){let t=document.createElementNS(ev,"path");return t.setAttribute("d",e.d),t.classList.add(`exlab-icon-${e.as}`),e.dash&&t.setAttribute("stroke-dasharray",e.dash),t}(a));return t}var ek=class{options;activity=null;readings=[];at=null;width=0;askedAt=-3e5;state="new";sentence=en("span",{class:"exlab-chart-sentence"});peak=en("span",{class:"exlab-chart-value"});full=en("span",{class:"exlab-chart-value"});tip=en("div",{class:"exlab-chart-tip",hidden:!0});svg=document.createElementNS("http://www.w3.org/2000/svg","svg");hand=ef("exlab-chart-hand","M0.5 0V"+86);plot=en("div",{class:"exlab-chart-plot",role:"slider","aria-label":"The last 24 hours: what was synced, and how full the staging disk was",...er(0)});element;observer;constructor(e){this.options=e,this.element=this.assemble(),this.observer=new ResizeObserver(()=>this.draw()),this.observer.observe(this.plot),this.plot.addEventListener("pointermove",e=>this.point(e)),this.plot.addEventListener("pointerleave",()=>this.read(null)),this.plot.addEventListener("blur",()=>this.read(null)),this.plot.addEventListener("keydown",e=>this.onKey(e))}assemble(){eo(this.svg,"class","exlab-chart-svg"),eo(this.svg,"aria-hidden","true"),eo(this.svg,"height",104),this.plot.append(this.svg,this.tip);let e=en("span",{class:"exlab-chart-title"},"Activity"),t=en("summary",{class:"exlab-chart-fold",...er(0)},ey("more"),e,this.sentence),a=en("div",{"aria-hidden":"true"},e_("Synced",this.peak,56),e_("Staging disk",this.full,30)),i=en("div",{class:"exlab-chart-body"},a,this.plot),s=en("details",{class:"exlab-chart",hidden:!0},t,i);return t.addEventListener("click",()=>this.options.keepOpen(!s.open)),s}refresh(e=!1){let t=e||"failed"===this.state?15e3:3e5;"asking"===this.state||performance.now()-this.askedAt<t||(this.askedAt=performance.now(),this.state="asking",this.options.load().then(e=>this.show(e),()=>this.state="failed"))}dispose(){this.observer.disconnect()}show(e){var t,a;let i,s,n,r,l,o,h,d=null===this.activity;this.state="shown",this.activity=e,this.readings=P(e),eo(this.element,"hidden",!1),d&&(this.element.open=this.options.wasOpen()??this.element.getBoundingClientRect().width>=620);eh(this.sentence,(h=P(e)).length?`${t=h,a=N(e),i=t.reduce((e,t)=>e+t.bytes,0),s=t.reduce((e,t)=>e+t.to-t.from,0),n=t[0]?.from??a.from,r=a.to-n>852e5?"24 h":U((a.to-n)/1e3),o=(l=Math.min(a.to-n,864e5)-s)>9e5?` (no record for ${U(l/1e3)} of it)`:"",`${i>0?B(i):"Nothing"} synced in the last ${r}${o}`}${function(e){var t;let a,i=e.at(-1)?.full??null;if(null===i)return"";let s=function(e){let t=e.at(-1),a=t?.full??null;if(!t||null===a)return null;let i=e.filter(e=>null!==e.full&&e.from>=t.to-ea);if(i.reduce((e,t)=>e+t.to-t.from,0)<ei)return null;let{slope:s,straight:n}=function(e){let t=e.length,a=e.reduce((e,[t])=>e+t,0)/t,i=e.reduce((e,[,t])=>e+t,0)/t,[s,n,r]=e.reduce(([e,t,s],[n,r])=>[e+(n-a)**2,t+(n-a)*(r-i),s+(r-i)**2],[0,0,0]);return s>0&&r>0?{slope:n/s,straight:n**2/(s*r)}:{slope:0,straight:0}}(i.map(e=>[e.to/1e3,e.full??0]));if(s<=0||n<.8)return null;let r=(1-a)/s;return r>1209600?null:r}(e),n=null===s?"":`, full in ${(a=Math.round(1e3*(t=s)/864e5))<2?W(t).replace("more than a day","about a day"):`about ${H(a)} days`} at this pace`;return`; staging disk ${et(i)} full${n}`}(h)}.`:"No record yet: the first point comes within a few minutes.");let c=Math.max(0,...this.readings.map(e=>e.bytesPerSecond));eh(this.peak,c>0?`peak ${B(c)}/s`:"nothing");let p=this.readings.at(-1)?.full??null;eh(this.full,null===p?"not known":`${et(p)} full`),this.width=0,this.draw()}draw(){let e=Math.floor(this.plot.clientWidth);if(this.activity&&e&&e!==this.width){var t,a,i,s,n,r,l;let o,h,d,c;this.width=e,eo(this.svg,"width",e);this.svg.replaceChildren(...(t=this.activity,a=this.readings,o=N(t),h=j(a),d=ep(o,e),[...(function(e,t,a){let i=[],s=t.from;for(let t of e){let[e,a]=[t[0],t.at(-1)];e&&a&&(e.from-s>6e4&&i.push({from:s,to:e.from}),s=a.to)}return t.to-s>1.5*a*1e3&&i.push({from:s,to:t.to}),i})(h,o,t.bucket_seconds).flatMap(e=>(function(e,t){let[a,i]=[t(e.from),t(e.to)],s=ex("rect",{class:"exlab-chart-gap",x:a,y:0,width:Math.max(1,i-a),height:86});return i-a<76?[s]:[s,eg((a+i)/2,38,"no record")]})(e,d)),ef("exlab-chart-full",`M0 56.5H${e}`),...(i=h,s=d,c=Math.max(...i.flat().map(e=>e.bytesPerSecond)),i.map(e=>{let t=e.map(e=>`V${eb(e.bytesPerSecond,c,44)}H${eu(e,s)}`);return ef("exlab-chart-rate",`M${s(e[0]?.from??0)} 44${t.join("")}V44Z`)})),...j(a.filter(e=>null!==e.full)).flatMap(e=>(function(e,t){let[a,i]=[e[0],e.at(-1)];if(!a||!i)return[];let s=e=>56+eb(e.full??0,1,30),n=`M${t(a.from)} ${s(a)}${e.map(e=>`L${eu(e,t)} ${s(e)}`).join("")}`;return[ef("exlab-chart-disk-area",`${n}L${eu(i,t)} 86L${t(a.from)} 86Z`),ef("exlab-chart-disk",n)]})(e,d)),ef("exlab-chart-ground",`M0 44.5H${e}M0 86.5H${e}`),...(n=o,r=d,l=e,(function(e,t){let a=[],i=new Date(e.from);i.setMinutes(0,0,0);for(let s=0;s<=26&&(i.setTime(i.getTime()+36e5),!(i.getTime()>=e.to));s+=1)i.getHours()%t==0&&a.push(i.getTime());return a})(n,[1,2,3,4,6,12].find(e=>l/24*e>=64)??12).flatMap(e=>{let t=r(e),a=ef("exlab-chart-ground",`M${t} ${86}v4`);return t<18||t>l-18?[a]:[a,eg(t,101,es(e))]}))]),this.hand),this.read(this.at)}}point(e){if(!this.activity)return;let{from:t,to:a}=N(this.activity);this.read(t+(e.clientX-this.plot.getBoundingClientRect().left)/this.width*(a-t))}onKey(e){if(!this.activity||e.ctrlKey||e.metaKey||e.altKey)return;let t=this.timeBehind(e.key,N(this.activity),1e3*this.activity.bucket_seconds);void 0!==t&&(this.read(t),e.preventDefault())}timeBehind(e,{from:t,to:a},i){if("Escape"===e)return null===this.at?void 0:null;if("Home"===e)return t;if("End"===e)return a;let s={ArrowLeft:-1,ArrowDown:-1,ArrowRight:1,ArrowUp:1,PageDown:-12,PageUp:12}[e];return void 0===s?void 0:(this.at??a)+s*i}read(e){if(!this.activity)return;let t=N(this.activity);this.at=null===e?null:Math.min(t.to-1,Math.max(t.from,e));let a=null===this.at?"":function(e,t){let a=e.find(e=>e.from<=t&&t<e.to)??null;if(!a)return`${es(t)}: no record`;let i=`${es(a.from)} to ${es(a.to)}`,s=a.bytes>0?`${B(a.bytesPerSecond)}/s, ${B(a.bytes)} synced`:"nothing synced";return null===a.full||null===a.free?`${i}: ${s}`:`${i}: ${s}; staging disk ${et(a.full)} full, ${B(a.free)} free`}(this.readings,this.at);eo(this.plot,"aria-valuenow",Math.round(100*ec(t,this.at??t.to))),eo(this.plot,"aria-valuetext",a||this.sentence.textContent),eh(this.tip,a),eo(this.tip,"hidden",!a),eo(this.hand,"visibility",a?null:"hidden"),null!==this.at&&this.place(ep(t,this.width)(this.at))}place(e){eo(this.hand,"transform",`translate(${e} 0)`);let t=this.tip.offsetWidth,a=e+8+t>this.width?Math.max(0,e-8-t):e+8;eo(this.tip,"style",`left: ${a}px`)}};function e_(e,t,a){return en("div",{class:"exlab-chart-label",style:`height: ${a}px`},en("span",{},e),t)}var e$={sync:{verb:"sync",label:"Force sync",name:"Force sync"},askSync:{verb:"askSync",label:"Sync as it is…",name:"Sync as it is"},askClear:{verb:"askClear",label:"Clear…",name:"Clear"},verify:{verb:"verify",label:"Verify again",name:"Verify again"},restore:{verb:"restore",label:"Restore",name:"Restore"},pause:{verb:"pause",label:"Pause",name:"Pause"},resume:{verb:"resume",label:"Resume",name:"Resume"},retry:{verb:"retry",label:"Retry",name:"Retry"},override:{verb:"override",label:"Override…",name:"Override a finding of"},acknowledge:{verb:"acknowledge",label:"Acknowledge",name:"Acknowledge"},log:{verb:"log",label:"Log",name:"Log of"},details:{verb:"details",label:"Details",name:"Details of"},menu:{verb:"menu",label:"⋯",name:"More for"},copyNas:{verb:"copyNas",label:"Show on NAS (copy path)",name:"Copy the NAS path of"},copyRun:{verb:"copyRun",label:"Copy run path",name:"Copy the path of"},copyLink:{verb:"copyLink",label:"Copy link",name:"Copy a link to"}},eS={force_sync:"sync",clear:"askClear",verify:"verify",restore:"restore",pause:"pause",resume:"resume",retry:"retry",override:"override",acknowledge:"acknowledge"},eA={Syncing:["pause"],Verifying:[],Clearing:[],Restoring:[],Blocked:["override"],Paused:["resume","force_sync","retry"],Verified:["clear","acknowledge","restore","force_sync"]},eC=new Set(["pause","resume","override","log"]),eE=["resume","retry","force_sync","restore","verify","override","acknowledge"],eM=new Set(["Stalled","Blocked","Failed","Paused"]),eT=["force_sync","clear","verify","restore","pause","resume","retry","override","acknowledge"];function eL(e){let t=eA[e.display_state],a=t?t.find(t=>e.actions.includes(t)):e.actions.find(e=>e in eS&&!eC.has(e));return a?eq(e,a):null}function eq(e,t){return"force_sync"===t&&"Receiving"===e.display_state?e$.askSync:e$[eS[t]??"details"]}function eR(e,t){return"force_sync"===t&&"Blocked"===e.display_state}async function eO(e){try{return await navigator.clipboard.writeText(e),!0}catch{var t;let a,i,s;return t=e,a=document.activeElement,(i=document.createElement("textarea")).value=t,i.setAttribute("data-lm-suppress-shortcuts","true"),i.style.cssText="position: fixed; opacity: 0;",document.body.append(i),i.select(),s=document.execCommand("copy"),i.remove(),a instanceof HTMLElement&&a.focus({preventScroll:!0}),s}}function eN(e,t,a={}){let i=el(e,()=>void s(),{class:"exlab-button",...a}),s=async()=>{eh(i,await Promise.resolve(t()).then(eO,()=>!1)?"Copied":"Not copied: select and copy it"),window.setTimeout(()=>eh(i,e),2500)};return i}var eP={blocked:"details",run_not_complete:"askSync",nas_copy_not_proven:"verify",staging_not_sync_verified:"sync",run_cleared:"restore",paused:"resume",nothing_to_retry:"sync",ledger_damaged:"details"},ej={nas_unavailable:"It goes on by itself as soon as the NAS is back.",station_starting:"Click again in a few seconds.",run_busy:"Click again when that is done."},ez={verify:"verify",restore:"restore",retry:"retry",pause:"pause",resume:"resume"},eV=class{constructor(e,t){this.api=e,this.owner=t}api;owner;notes=new Map;noteOf(e){var t,a;let i,s=this.notes.get(e.path);if(!s)return null;let n="done"===s.tone&&performance.now()-s.at>6e4||!s.states.includes(e.display_state);return n&&this.notes.delete(e.path),n?null:{...s,text:(t=s,a=e,(i=/\bstarts (after [^.]*|in a moment)\./i.exec(a.why)?.[1])&&"error"!==t.tone&&t.text.startsWith("Asked")?`${t.text.slice(0,-1)}, starts ${i}.`:t.text)}}async sync(e,t){let a=eD();await this.run(e,a,async()=>{if("blocked"===(await this.syncCall(e.path,t)).state)throw new c(200,"blocked","Not queued: the run is blocked.");return a})}async syncCall(e,t){try{return await this.api.forceSync(e,!1)}catch(a){if(a instanceof c&&"run_not_complete"===a.code&&t)return this.api.forceSync(e,!0);throw a}}async clear(e){await this.run(e,"Checking the NAS copy, then deleting the local one.",async()=>{let t=await this.api.clear(e.path);return`Freed ${B(t.bytes_freed)} (${K(t.files_freed,"file")}). The copy on the NAS stays.`})}async plain(e,t){let a=eD();await this.run(e,a,async()=>(await this.api[ez[t]](e.path),a))}async acknowledge(e){await this.run(e,"Acknowledging.",async()=>(await this.api.acknowledge(e.path),"Acknowledged."))}tell(e,t,a="done"){this.put(e,t,a),this.owner.say(`${e.path}: ${t}`),this.owner.wake()}async run(e,t,a){this.put(e,t,"busy");try{let t=await a();this.put(e,t,"done"),this.owner.say(`${e.path}: ${t}`)}catch(i){let{text:t,remedy:a}=eF(i);this.put(e,t,"error",a),this.owner.say(`${e.path}: ${t}`)}this.owner.wake()}put(e,t,a,i=null){let s=[e.display_state],n=this.owner.row(e.path)?.display_state;"error"===a&&n&&s.push(n,"Clearing","Restoring"),this.notes.set(e.path,{text:t,tone:a,remedy:i,states:s,at:performance.now()}),this.owner.changed(e.path)}};function eD(){return`Asked at ${G(new Date)}.`}function eF(e){let t=e instanceof Error?e.message:String(e);if(!(e instanceof c))return{text:t,remedy:null};let a=ej[e.code],i=eP[e.code];return{text:a&&!t.includes(a)?`${t} ${a}`:t,remedy:i?e$[i]:null}}var eI=null;function eB(e,t,a,i,s){var n;let r,l,o,h,d,c;eI?.();let p=i.map(e=>{var t;let a;return a=void 0===(t=e).off?null:en("span",{class:"exlab-menu-why"},t.off),en("button",{...{type:"button",role:"menuitem",class:"exlab-menu-item",...er(-1)},"aria-disabled":a?"true":null},en("span",{},t.label),a)}),u=en("div",{role:"menu",class:"exlab-menu",popover:"manual","aria-label":a},...p),b=t=>{eI===g&&(eI=null),document.removeEventListener("pointerdown",x,!0),window.removeEventListener("resize",g),window.removeEventListener("scroll",f,!0),u.remove(),e.setAttribute("aria-expanded","false"),t&&s()},g=()=>b(u.contains(document.activeElement)),f=e=>{e.target!==u&&g()},x=t=>{u.contains(t.target)||e.contains(t.target)||b(!1)};u.addEventListener("click",e=>{let t=i[p.findIndex(t=>t.contains(e.target))];t&&void 0===t.off&&(b(!0),t.act())}),u.addEventListener("keydown",e=>(function(e,t,a){e.stopPropagation();let i=t.indexOf(document.activeElement),s={ArrowDown:i+1,ArrowUp:i-1,Home:0,End:-1}[e.key];if("Escape"===e.key||"Tab"===e.key)a(!0);else if(void 0!==s)t.at(s%t.length)?.focus();else{var n,r,l;if(1!==e.key.length||" "===e.key)return;(n=t,r=i,l=e.key,[...n.slice(r+1),...n.slice(0,r+1)].find(e=>e.textContent.toLowerCase().startsWith(l.toLowerCase())))?.focus()}e.preventDefault()})(e,p,b)),u.addEventListener("focusout",e=>{e.relatedTarget instanceof Node&&!u.contains(e.relatedTarget)&&b(!1)}),eI=g,t.append(u),"function"==typeof u.showPopover&&u.showPopover(),n=u,r=e.getBoundingClientRect(),l=window.innerHeight-r.bottom-8,o=r.top-8,h=n.offsetHeight<=l||l>=o,n.style.maxHeight=`${Math.max(80,Math.floor(h?l:o)-2)}px`,d=h?r.bottom+2:r.top-n.offsetHeight-2,c=Math.min(r.right-n.offsetWidth,window.innerWidth-n.offsetWidth-8),n.style.top=`${Math.max(8,d)}px`,n.style.left=`${Math.max(8,c)}px`,e.setAttribute("aria-expanded","true"),p[0]?.focus({preventScroll:!0}),document.addEventListener("pointerdown",x,!0),window.requestAnimationFrame(()=>{eI===g&&(window.addEventListener("resize",g),window.addEventListener("scroll",f,!0))})}var eH=0;function eK(e,t){let a=B(e.byte_total);return eU({title:`Delete ${K(e.file_count,"file")}, ${a}, from this computer?`,lines:[en("span",{},"The copy on the NAS stays: ",en("code",{},e.nas_path??"path not known"),"."),`${function(e){if(null===e.proof_age_seconds)return"When it was last proven is not known.";let t=e.proven_at?` (${G(new Date(e.proven_at))})`:"";return`Proven byte for byte ${J(e.proof_age_seconds)}${t}.`}(e)} It is checked again just before anything is deleted.`],keep:"Keep",again:"Verify again",act:`Clear, free ${a}`},t)}function eW(e,t){return eU({title:"Sync this run although it may not be finished?",lines:[e.why,"What is there now is copied once it has settled; files that come later are copied afterwards. It is recorded with your name."],keep:"Wait",act:"Sync as it is"},t)}function eU(e,t){let a=`exlab-ask-${eH+=1}`,i=el(e.keep,()=>t("keep"),{class:"exlab-button exlab-primary"}),s=e.again?el(e.again,()=>t("again"),{class:"exlab-button"}):null,n=el(e.act,()=>t("act"),{class:"exlab-button exlab-danger"}),r=en("strong",{id:`${a}-title`},e.title),l=en("div",{id:`${a}-text`},...e.lines.map(e=>en("p",{},e))),o=en("div",{class:"exlab-ask",role:"alertdialog","aria-labelledby":r.id,"aria-describedby":l.id},r,l,en("div",{class:"exlab-answers"},i,n,s));return o.addEventListener("keydown",e=>{"Escape"===e.key&&t("keep")}),{element:o,focus:()=>i.focus()}}var eJ={sync:"Sync",recheck:"Comparison of changed files",verify:"Reading again",clear:"Clearing",restore:"Restoring"},eG={queued:"waits for its turn",running:"is under way",waiting:"waits to be tried again",failed:"failed",done:"is done",superseded:"was replaced by a newer one"};function eZ(e){return e.replaceAll("_"," ")}function eQ(e){let t=G(new Date(e.recorded_at));if(e.revoked)return`${eZ(e.problem_class)}: ended by ${e.operator}, ${t}. ${e.reason}`;let a=e.expires_at?`, until ${G(new Date(e.expires_at))}`:"";return`${eZ(e.problem_class)}: let pass by ${e.operator}, ${t}${a}. ${e.reason}`}var eX={frozen:"Frozen for copying",copied:"Copied",verified:"Verified",clear_intended:"Clearing intended",cleared:"Cleared",put_back:"Put back in staging",restored:"Restored"},eY={by:"By",host:"Computer",file_count:"Files",nas_path:"NAS",reading:"How it was read",nas_id:"NAS id"},e0={fadvise:"from the NAS itself",o_direct:"from the NAS itself, past every cache",memory:"from memory: the NAS has no medium",warm:"partly from this computer's memory"};function e1(e){return`${e.sha256}  ${e.path}
`}var e2=class{constructor(e,t){this.run=e,this.api=t,this.bar.append(el("Show the files",()=>void this.more(),{class:"exlab-button exlab-primary"})),this.element.append(this.bar,this.said)}run;api;element=en("div",{class:"exlab-sums"});body=en("tbody",{});said=en("p",{class:"exlab-quiet",role:"status"});bar=en("div",{class:"exlab-answers"});shown=0;async more(){eh(this.said,"Reading the list…");try{this.add(await this.api.checksums(this.run,this.shown,200))}catch(e){eh(this.said,e instanceof Error?e.message:String(e))}}add(e){this.shown||this.begin(),this.body.append(...e.files.map(e6)),this.shown+=e.files.length;let t=e.file_total-this.shown;eh(this.said,`${H(this.shown)} of ${K(e.file_total,"file")}, ${B(e.byte_total)}.`);let a=t>0?[el(`Show ${H(Math.min(200,t))} more`,()=>void this.more(),{class:"exlab-button"})]:[],i=e.file_total>5e4,s=eN(`Copy all ${H(e.file_total)}`,()=>this.all(),{title:"In the form that sha256sum -c reads"}),n=this.bar.contains(document.activeElement);this.bar.replaceChildren(...a,...i?[]:[s]),n&&this.bar.querySelector("button")?.focus(),i&&this.said.append(" The whole list is too long for a clipboard: take the file on the NAS.")}begin(){let e=["File","Size","SHA-256"].map(e=>en("th",{scope:"col"},e)),t=en("table",{},en("thead",{},en("tr",{},...e)),this.body),a=`Verified files of ${this.run}`;this.element.prepend(en("div",{class:"exlab-sums-list",role:"region","aria-label":a,...er(0)},t))}async all(){let e=[];for(;;){let t=await this.api.checksums(this.run,e.length,5e3);if(e.push(...t.files.map(e1)),e.length>=t.file_total||!t.files.length)return e.join("")}}};function e6(e){let t=[en("td",{},e.path),en("td",{class:"exlab-number"},B(e.size)),en("td",{},en("code",{},e.sha256))];return en("tr",{},...t)}var e4={staging:"Receiving",complete:"Complete: nothing changed any more",sync_queued:"Queued for syncing",sync_verified:"Verified on the NAS",cleared:"Cleared from this computer"},e3={late_data:"new files came",changed:"files changed",renamed:"the run was renamed",forced:"asked for",nas_copy_damaged:"the copy on the NAS was damaged",restored:"brought back from the NAS",reconciled:"found so after a restart"},e5=new Set(["late_data","changed","nas_copy_damaged"]);function e8(e){let t=e.reason??"",a=t?[e3[t]??t.replaceAll("_"," ")]:[],i=e.by?[`by ${e.by}`]:[];return{tone:e5.has(t)?"amber":"sync_verified"===e.state?"green":"grey",text:e4[e.state]??e.state,more:[...a,...i,...function(e){let{files_freed:t,bytes_freed:a}=e;return"number"!=typeof t||"number"!=typeof a?[]:[`${H(t)} files, ${B(a)} freed`]}(e),`on ${e.host}`].join(", "),at:e.at}}var e9=class{constructor(e,t,a){this.owner=a,this.sums=new e2(e,t),this.done=el("Close",a.close,{class:"exlab-button","aria-label":`Close the details of ${e}`});let i=en("div",{class:"exlab-details-bar"},en("strong",{},"Details"),this.done);this.element=en("section",{class:"exlab-details","aria-label":`Details of ${e}`},i,this.said,this.parts),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&a.close()})}owner;element;said=en("p",{class:"exlab-quiet",role:"status"},"Reading the details…");parts=en("div",{class:"exlab-parts"});sums;done;drawn=new Map;focus(){this.done.focus({preventScroll:!0})}fail(e){this.said.hidden=!1,this.said.textContent=e}show(e){this.said.hidden=!0;let t=this.partsOf(e).flatMap(e=>this.part(e));ed(this.parts,t)}part({title:e,from:t,draw:a}){let i=JSON.stringify([t]),s=this.drawn.get(e);if(s?.from===i)return[s.node];let n=a();if(this.drawn.delete(e),!n)return[];let r=en("section",{"aria-label":e},en("h3",{},e),...n);return this.drawn.set(e,{from:i,node:r}),[r]}partsOf(e){let{job:t,findings:a,damage:i,overrides:s,history:n}=e;return[{title:"Findings",from:[a,i,e.disagreements,e.row.actions],draw:()=>this.trouble(e)},{title:"History",from:n,draw:()=>{let e;return[n.length?(e=n.map(e8).map(e=>en("li",{"data-tone":e.tone},en("time",{datetime:e.at,title:Z(e.at)},G(new Date(e.at))),en("span",{},en("strong",{},e.text),en("span",{class:"exlab-quiet"},` ${e.more}`)))),en("ol",{class:"exlab-timeline"},...e)):tt("Nothing yet.")]}},{title:"Copy on the NAS",from:[e.nas_path,e.verify_passes,e.row.proven_at],draw:()=>{var t;let a,i;return a=(t=e).nas_path?e7("",t.nas_path):tt("No copy yet."),i=en("p",{title:t.row.proven_at?Z(t.row.proven_at):null},function(e){let{row:t}=e;if(!t.proven_at)return"Not proven yet.";let a=e.verify_passes<2?" It is read a second time by itself, a day later.":"";return`Read back from the NAS ${K(e.verify_passes,"time")}, last at ${G(new Date(t.proven_at))}.${a}`}(t)),t.nas_path?[a,i]:[a]}},{title:"Receipt",from:[e.receipt,e.manifest_digest],draw:()=>(function({receipt:e,manifest_digest:t}){let a,i,s;if(!e)return null;let n=e.at,r=en("p",{title:"string"==typeof n?Z(n):null},en("strong",{},(a="string"==typeof e.event?e.event:"receipt",s="string"==typeof(i=e.at)?`, ${G(new Date(i))}`:"",`${eX[a]??a.replaceAll("_"," ")}${s}`))),l=e.byte_total,o=en("dl",{},...[...Object.entries(eY).flatMap(([t,a])=>{let i=e[t];return"number"==typeof i?[[a,H(i)]]:"string"==typeof i&&i?[[a,"reading"===t?e0[i]??i:i]]:[]}),..."number"==typeof l?[["Size",B(l)]]:[]].flatMap(([e,t])=>[en("dt",{},e),en("dd",{},t)])),h=e.manifest_digest,d="string"==typeof h&&h?h:t;if(!d)return[r,o];let c=eN("Copy digest",()=>d);return[r,o,en("p",{class:"exlab-path"},"Manifest digest ",en("code",{title:d},d.length>16?`${d.slice(0,12)}…`:d),c)]})(e)},{title:"Checksums",from:e.manifest_digest,draw:()=>this.sumsPart(e)},{title:"Work",from:t,draw:()=>{let e,a,i,s,n;return t?[en("p",{title:t.id},(e=`${eJ[t.kind]??t.kind} ${eG[t.state]??t.state}`,a=t.attempt>1||"failed"===t.state?`, attempt ${t.attempt}`:"",i=t.requested_by?`, asked for by ${t.requested_by}`:"",s=t.not_before&&"waiting"===t.state?` Tried again at ${G(new Date(t.not_before))}.`:"",n="string"==typeof t.error?.message?` ${t.error.message}`:"",`${e}${a}${i}, since ${G(new Date(t.created_at))}.${n}${s}`))]:null}},{title:"Overrides",from:s,draw:()=>s.length?[te(s.map(eQ))]:null}]}trouble(e){var t;let a,{damage:i}=e,s=e.findings.map(t=>this.findingNode(t,e.row.actions.includes("override"))),n=i?[en("p",{"data-tone":"red"},en("strong",{},i.sentence)),(a=(t=i).count-t.paths.length,te([...t.paths,...a>0?[`and ${K(a,"file")} more`]:[]]))]:[];return i?.acknowledged_by&&n.push(tt(`Acknowledged by ${i.acknowledged_by}.`)),i&&e.row.actions.includes("verify")&&n.push(this.actButton("verify","Verify again")),s.length&&n.push(en("ul",{class:"exlab-findings"},...s)),e.disagreements.length&&n.push(tt("creation.json says otherwise; that is not followed:"),te(e.disagreements)),n.length?n:null}findingNode(e,t){let a="hard"===e.severity&&!e.overridden_by,i=e.path?[en("code",{},e.path)," "]:[],s=e.overridden_by?"let pass":a?"blocks":"remark",n=en("span",{class:"exlab-quiet"},` ${eZ(e.problem_class)}, ${s}.`),r=a&&t?this.actButton("override","Override…"):null;return en("li",{"data-tone":a?"amber":"grey"},...i,en("strong",{},e.message),n,en("div",{},e.remedy),r)}actButton(e,t){return el(t,()=>this.owner.act(e),{class:"exlab-button exlab-primary"})}sumsPart(e){if(!e.manifest_digest)return null;let t=e.nas_path?`${e.nas_path}/.exlab-wizard/checksums.sha256`:null,a=t?e7("On the NAS, checked by sha256sum -c: ",t):null;return[...a?[a]:[],this.sums.element]}};function e7(e,t){return en("p",{class:"exlab-path"},e,en("code",{},t),eN("Copy path",()=>t))}function te(e){return en("ul",{},...e.map(e=>en("li",{},e)))}function tt(e){return en("p",{class:"exlab-quiet"},e)}var ta=/\[(ERROR|FATAL)\s*\]/,ti=/\[WARN(ING)?\s*\]/,ts=/\[host:[^\]]*\] \[equip:[^\]]*\] \[proj:.*?\] \[kind:[^\]]*\] /;function tn(e,t){let a=e.toLowerCase();return t.toLowerCase().split(/\s+/).every(e=>a.includes(e))}var tr=class{constructor(e,t,a){this.atError=a;let i=`Log of ${e}`;this.lines=en("div",{class:"exlab-log-lines",role:"log","aria-live":"off","aria-label":i,...er(0)}),this.lines.addEventListener("scroll",()=>this.following()&&(this.below.hidden=!0),{passive:!0}),this.below=el("New lines below",()=>this.toEnd(),{class:"exlab-button exlab-primary exlab-log-below",hidden:!0}),this.filter=en("input",{type:"search",class:"exlab-search",placeholder:"Filter lines","aria-label":"Filter the log",...er(0)}),this.filter.addEventListener("input",()=>this.sift());let s=el("↑",()=>this.step(-1),{class:"exlab-button","aria-label":"Previous error",title:"Previous error"}),n=el("↓",()=>this.step(1),{class:"exlab-button","aria-label":"Next error",title:"Next error"});this.errors.append(this.found,s,n),this.errors.hidden=!0;let r=eN("Copy",()=>this.shown().join("\n")),l=el("Close",t,{class:"exlab-button","aria-label":`Close the log of ${e}`}),o=en("div",{class:"exlab-log-bar"},this.where,this.filter,this.errors,r,l);this.element=en("section",{class:"exlab-log","aria-label":i},o,this.lines,this.below),this.element.addEventListener("keydown",e=>this.onKey(e,t))}atError;element;texts=[];fresh=!0;current=null;where=en("code",{class:"exlab-log-path"});filter;errors=en("span",{class:"exlab-log-errors"});found=en("span",{class:"exlab-quiet"});lines;below;focus(){this.lines.focus({preventScroll:!0})}show(e){eh(this.where,e.log_path);let t=this.fresh||this.following(),a=this.take(e.lines);e.lines.length||this.fail("Nothing is written yet."),this.fresh&&this.atError&&this.marked().length?this.step(1):t?this.toEnd():a&&(this.below.hidden=!1),this.fresh=!1}take(e){let t=function(e,t){for(let a=0;a<e.length;a+=1)if(t[0]===e[a]&&function(e,t,a){if(t.length<e.length-a)return!1;for(let i=a;i<e.length;i+=1)if(e[i]!==t[i-a])return!1;return!0}(e,t,a))return a;return e.length}(this.texts,e),a=this.texts.length-t;return a?this.drop(t):this.lines.replaceChildren(),this.texts=e,this.lines.append(...e.slice(a).map(tl)),this.sift(),e.length-a}fail(e){this.texts=[],this.lines.replaceChildren(en("div",{class:"exlab-quiet"},e))}following(){return this.lines.scrollHeight-this.lines.scrollTop-this.lines.clientHeight<24}toEnd(){this.lines.scrollTop=this.lines.scrollHeight,this.below.contains(document.activeElement)&&this.focus(),this.below.hidden=!0}drop(e){let t=this.lines.scrollHeight;for(let t=e;t>0;t-=1)this.lines.firstElementChild?.remove();this.lines.scrollTop-=t-this.lines.scrollHeight}sift(){[...this.lines.children].forEach((e,t)=>{e.hidden=!tn(this.texts[t]??"",this.filter.value)}),this.count()}count(){let e=this.marked(),t=e.findIndex(e=>e===this.current);this.errors.hidden=0===e.length;let a=`error ${H(t+1)} of ${H(e.length)}`;eh(this.found,t<0?K(e.length,"error"):a)}shown(){return this.texts.filter(e=>tn(e,this.filter.value))}marked(){return[...this.lines.querySelectorAll(".exlab-log-error:not([hidden])")]}step(e){let t=this.marked();if(!t.length)return;this.current?.removeAttribute("data-at");let a=t.findIndex(e=>e===this.current),i=t.at(a<0&&e<0?-1:(a+e)%t.length);i&&(this.current=i,i.setAttribute("data-at",""),this.lines.scrollTop=i.offsetTop-24,this.count())}onKey(e,t){"Escape"===e.key&&(e.target===this.filter&&this.filter.value?(this.filter.value="",this.sift()):t(),e.preventDefault())}};function tl(e){return en("div",{class:`exlab-log-${ta.test(e)?"error":ti.test(e)?"warning":"line"}`,title:e},e.replace(ts,""))}var to=0;function th(e){return Array.from(e.trim()).length}var td=class{constructor(e,t){this.owner=t,this.go=el("Let it pass",()=>void this.send(),{class:"exlab-button exlab-primary"});let a=el("Cancel",t.close,{class:"exlab-button"});this.element=en("form",{class:"exlab-ask exlab-override","aria-label":`Override a finding of ${e}`},en("strong",{},"Let this run pass in spite of a finding?"),en("p",{},"It is then synced as it is, whatever this class of finding says of it. That is recorded with your name and your reason, and can be ended."),en("label",{for:this.kind.id},"Finding"),this.kind,this.findings,en("label",{for:this.reason.id},"Reason"),this.reason,this.counted,en("label",{for:this.until.id},"Until the end of this day (optional)"),this.until,this.said,en("div",{class:"exlab-answers"},this.go,a)),this.element.addEventListener("submit",e=>e.preventDefault()),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&t.close()}),this.kind.addEventListener("change",()=>this.showFindings()),this.reason.addEventListener("input",()=>this.count()),this.count()}owner;element;id=`exlab-override-${to+=1}`;kind=en("select",{id:`${this.id}-kind`,...er(0)});findings=en("ul",{class:"exlab-findings"});reason=en("textarea",{id:`${this.id}-reason`,rows:3,"aria-describedby":`${this.id}-count`,...er(0)});counted=en("span",{id:`${this.id}-count`,class:"exlab-quiet"});until=en("input",{id:`${this.id}-until`,type:"date",...er(0)});said=en("p",{class:"exlab-form-said",role:"status"},"Reading the findings…");go;detail=null;sending=!1;focus(){this.kind.focus({preventScroll:!0})}fail(e){eh(this.said,e),this.said.dataset.tone="red"}show(e){this.detail=e;let t=[...new Set(e.findings.filter(e=>"hard"===e.severity&&!e.overridden_by).map(e=>e.problem_class))],a=this.kind.value;this.kind.replaceChildren(...t.map(e=>en("option",{value:e,selected:e===a},eZ(e)))),eh(this.said,t.length?"":"Nothing blocks this run any more."),this.showFindings()}showFindings(){let e=(this.detail?.findings??[]).filter(e=>e.problem_class===this.kind.value);this.findings.replaceChildren(...e.map(e=>en("li",{},e.path?en("code",{},e.path):null,` ${e.message} ${e.remedy}`))),this.count()}count(){let e,t=th(this.reason.value);eh(this.counted,`${t} of 10 to 500 characters`);let a=(e=th(this.reason.value))<10?`Please say why, in at least 10 characters (${e} so far).`:e>500?`Please say it in at most 500 characters (${e} now).`:"",i=a||!this.kind.value||this.sending;this.go.setAttribute("aria-disabled",String(!!i)),this.go.title=a}async send(){this.sending=!0,this.count(),delete this.said.dataset.tone,eh(this.said,"Asking the staging service…");let e={problem_class:this.kind.value,reason:this.reason.value.trim(),expires_at:function(e){if(!e)return null;let t=new Date(`${e}T23:59:59`);return Number.isNaN(t.getTime())?null:t.toISOString().replace(/\.\d+Z$/,"Z")}(this.until.value)};try{await this.owner.send(e)}catch(e){this.fail(e instanceof Error?e.message:String(e))}this.sending=!1,this.count()}},tc=class{constructor(e,t,a,i){this.element=e,this.path=t,this.act=a,this.home=i}element;path;act;home;drawn="";show(e,t){let a=e.map(e=>e?`${e.verb} ${e.label}`:"-").join();for(let i of(a!==this.drawn&&this.draw(e),this.drawn=a,this.element.querySelectorAll("button"))){let e=t&&!["menu","details"].includes(i.dataset.verb??"");eo(i,"aria-disabled",e?"true":null),eo(i,"title",e&&t||("menu"===i.dataset.verb?"More":null))}}buttonOf(e){return this.element.querySelector(`[data-verb="${e}"]`)}visible(){return[...this.element.querySelectorAll("button")].filter(e=>null!==e.offsetParent).map(e=>e.dataset.verb)}draw(e){let t=this.element.contains(document.activeElement)?document.activeElement:null,a=t?.getAttribute("data-verb");this.element.replaceChildren(...e.map((e,t)=>e?this.node(e,0===t):en("span"))),a&&(this.buttonOf(a)??this.home()).focus({preventScroll:!0})}node(e,t){let a=el(e.label,()=>this.act(e.verb,a),{class:t?"exlab-button exlab-primary":"exlab-button",tabindex:-1,"data-verb":e.verb,"aria-label":`${e.name} ${this.path}`,"aria-haspopup":"menu"===e.verb?"menu":null,"aria-expanded":"menu"===e.verb?"false":null});return a}};function tp(e){let t=(performance.now()-e.receivedAt)/1e3;return{...e,elapsed_seconds_since_last_activity:e.elapsed_seconds_since_last_activity+t,proof_age_seconds:null===e.proof_age_seconds?null:e.proof_age_seconds+t}}var tu=class{path;box;state=en("div",{role:"gridcell",class:"exlab-state"});why=en("div",{class:"exlab-why"});note=en("div",{class:"exlab-note"});badge=en("span",{class:"exlab-badge",hidden:!0},"Test");bar=en("div",{class:"exlab-bar",role:"progressbar","aria-valuemin":0,"aria-valuemax":100});fill=en("div",{class:"exlab-fill"});rate=en("span",{class:"exlab-rate"});percent=en("div",{class:"exlab-percent"});files=en("div",{role:"gridcell",class:"exlab-number exlab-files"});size=en("div",{role:"gridcell",class:"exlab-number exlab-size"});last=en("div",{role:"gridcell",class:"exlab-number exlab-last"});slots;remedies;element;constructor(e,t,a){this.path=e,this.box=en("input",{type:"checkbox",class:"exlab-box","aria-label":`Select ${e}`,...er(-1)}),this.box.addEventListener("click",t=>a(e,t.shiftKey));let i=a=>new tc(a,e,(a,i)=>t(a,e,i),()=>this.element);this.slots=i(en("div",{role:"gridcell",class:"exlab-actions"})),this.remedies=i(en("div",{class:"exlab-remedies"})),this.bar.append(this.fill),this.element=this.assemble()}assemble(){let e=en("div",{class:"exlab-said"},this.why,this.note,this.remedies.element),t=en("div",{role:"gridcell",class:"exlab-run"},this.nameLine(),e),a=en("div",{class:"exlab-track"},this.bar,this.rate),i=en("div",{role:"gridcell",class:"exlab-progress"},a,this.percent),s=en("div",{role:"gridcell",class:"exlab-pick"},en("label",{},this.box)),[n="",r=""]=this.path.split("/"),l=en("div",{role:"gridcell",class:"exlab-equipment exlab-cut",title:n},n),o=en("div",{role:"gridcell",class:"exlab-project",title:r},...tb(r)),h={class:"exlab-row",role:"row","data-run":this.path,...er(-1)};eo(this.bar,"aria-label",`Progress of ${this.path}`);let d=[i,this.files,this.size,this.last];return en("div",h,s,this.state,t,l,o,...d,this.slots.element)}nameLine(){let[e,t,,a]=this.path.split("/"),i=en("span",{class:"exlab-cut"},`${e} \xb7 `),s=en("span",{class:"exlab-place"},i,...tb(t??"")),n=en("span",{class:"exlab-leaf"},a??this.path);return en("div",{class:"exlab-name",title:this.path},n,this.badge,s)}update(e,t,a){let i=f(e.display_state);eo(this.element,"data-tone",i.tone),eo(this.element,"data-state",e.display_state),eo(this.element,"data-attention",e.needs_attention),eo(this.badge,"hidden","test"!==e.run_kind),this.updateState(e,i.icon),this.updateWords(e,t),this.updateProgress(e),this.updateActions(e,t,a)}setPicked(e){eo(this.element,"aria-selected",String(e)),this.box.checked=e}updateState(e,t){this.state.dataset.word!==e.display_state&&(this.state.dataset.word=e.display_state,this.state.title=e.display_state,this.state.replaceChildren(ey(t),en("span",{class:"exlab-word"},e.display_state)))}updateWords(e,t){let a,i=e.needs_attention?`${e.why} ${e.next_step}`.trim():e.why||e.next_step;eh(this.why,i),eo(this.why,"title",`${e.why} ${e.next_step}`.trim()),eh(this.note,t?.text??""),eo(this.note,"data-tone",t?.tone),eh(this.files,(a=e.progress)&&!(a.files_done>=a.files_total)?`${H(a.files_done)} of ${H(a.files_total)}`:H(e.file_count)),eh(this.size,e.local_data?B(e.byte_total):"–"),eh(this.last,J(e.elapsed_seconds_since_last_activity)),eo(this.last,"title",Z(e.last_activity_at))}updateProgress(e){let t,a,i=function(e){let t=X[e.display_state];if(t)return t(e);let a=e.progress;if(!a||"queued"===a.phase)return Y[e.display_state]??"not started";let i=`${Q(a.fraction)} %`;if("Verifying"===e.display_state)return`checking, ${i}${ee(a)}`;if("Failed"===e.display_state)return`stopped at ${i}`;let s=`${i}, ${B(a.bytes_total-a.bytes_done)} to go`;return"Stalled"===e.display_state?s:`${s}${ee(a)}`}(e),s="Verified"===e.display_state?100:e.progress?Q(e.progress.fraction):0,n="Verified"!==e.display_state&&(!e.progress||"queued"===e.progress.phase),r=(t=e.progress,a="Syncing"===e.display_state||"Verifying"===e.display_state||"Restoring"===e.display_state,t?.bytes_per_second&&"queued"!==t.phase&&a&&!((t.seconds_since_bytes??0)>=30)?`${B(t.bytes_per_second)}/s`:"");eh(this.percent,i),eh(this.rate,r),eo(this.bar,"hidden",n),eo(this.element,"data-bar",!n),eo(this.bar,"aria-valuenow",s),eo(this.bar,"aria-valuetext",r?`${i}, ${r}`:i),eo(this.fill,"style",`width: ${s}%`)}updateActions(e,t,a){this.slots.show([eL(e),e.actions.includes("log")?e$.log:null,e$.details,e$.menu],a);let i=function(e){if(!eM.has(e.display_state)&&!e.needs_attention)return[];let t=eL(e)?.verb,a=eE.filter(t=>e.actions.includes(t)&&!eR(e,t)).map(t=>eq(e,t)).filter(e=>e.verb!==t);return"Blocked"===e.display_state&&a.push({...e$.details,label:"Show finding",name:"Show finding for"}),e.actions.includes("log")&&("Failed"===e.display_state||"Stalled"===e.display_state)&&a.push({...e$.log,label:"Show log",name:"Show log for"}),a}(e),s=t?.remedy&&!i.some(e=>e.verb===t.remedy?.verb)?[t.remedy]:[],n=t?.tone==="busy"?[]:[...s,...i];eo(this.remedies.element,"hidden",!n.length),this.remedies.show(n,a)}buttonOf(e){return this.slots.buttonOf(e)??this.remedies.buttonOf(e)}shownVerbs(){return new Set([...this.slots.visible(),...this.remedies.visible()])}};function tb(e){let t=Array.from(e),a=t.length>20?t.length-12:0;return[en("bdi",{class:"exlab-cut"},t.slice(0,a).join("")),en("bdi",{},t.slice(a).join(""))]}var tg=new Set(["Failed","Stalled"]),tf=class{constructor(e,t,a,i){this.api=e,this.grid=t,this.deeds=a,this.owner=i}api;grid;deeds;owner;readers=new Map;askSync(e){this.question(e,"askSync",eW,{act:e=>void this.deeds.sync(e,!0)})}askClear(e){this.question(e,"askClear",eK,{act:e=>void this.deeds.clear(e),again:e=>void(e.actions.includes("verify")?this.deeds.plain(e,"verify"):this.deeds.sync(e,!1))})}toggleLog(e){if(this.leave(e,"log"))return;let t=this.owner.row(e)?.display_state??"",a=new tr(e,()=>this.close(e,"log"),tg.has(t));this.open(e,"log",a,()=>this.api.log(e))}toggleDetails(e){this.leave(e,"details")||this.open(e,"details",new e9(e,this.api,{act:t=>this.owner.act(t,e),close:()=>this.close(e,"details")}),()=>this.api.detail(e))}toggleOverride(e){if(this.leave(e,"override"))return;let t=new td(e,{close:()=>this.close(e,"override"),send:async t=>{await this.api.override(e,t);let a=this.owner.row(e);this.close(e,"override"),a&&this.deeds.tell(a,"The finding is let pass, on record. The run goes on in a moment.")}});this.open(e,"override",t,()=>this.api.detail(e))}follow(e){this.readers.has(e)&&this.read(e)}close(e,t){let a=this.grid.opened.get(e)?.row.contains(document.activeElement);this.readers.delete(e),this.grid.close(e);let i=this.grid.views.get(e);a&&(i?.buttonOf(t)??i?.buttonOf("menu"))?.focus({preventScroll:!0})}closeAny(e){this.close(e,this.grid.opened.get(e)?.kind??"")}leave(e,t){return this.grid.opened.get(e)?.kind===t&&(this.close(e,t),!0)}open(e,t,a,i){let s=!0,n=async()=>{try{a.show(await i())}catch(e){a.fail(e instanceof Error?e.message:String(e))}s&&this.grid.reveal(e),s=!1};this.readers.set(e,{kind:t,read:n,reading:!1,stale:!1}),this.grid.open(e,{element:a.element,focus:()=>a.focus(),kind:t}),this.read(e)}async read(e){let t=this.readers.get(e);t&&(t.stale=t.reading,!t.reading&&(t.reading=!0,await t.read(),t.reading=!1,t.stale&&this.readers.get(e)===t&&this.read(e)))}question(e,t,a,i){if(this.leave(e,t))return;let s=this.owner.row(e);if(!s)return;let n=a(tp(s),a=>{this.close(e,t);let n=this.owner.row(e)??s;"act"===a&&i.act(n),"again"===a&&i.again?.(n)});this.readers.delete(e),this.grid.open(e,{...n,kind:t}),this.grid.reveal(e)}},tx=new Set(["copyNas","copyRun","copyLink"]),tm={verify:!0,restore:!0,retry:!0,pause:!0,resume:!0},tw=class{constructor(e,t,a,i){this.grid=t,this.host=a,this.owner=i,this.deeds=new eV(e,i),this.under=new tf(e,t,this.deeds,{row:i.row,act:(e,t)=>this.act(e,t)})}grid;host;owner;deeds;under;act(e,t,a){let i=this.owner.row(t);i&&(e in tm?this.deeds.plain(i,e):({sync:()=>void this.deeds.sync(i,!1),acknowledge:()=>void this.deeds.acknowledge(i),askSync:()=>this.under.askSync(t),askClear:()=>this.under.askClear(t),override:()=>this.under.toggleOverride(t),log:()=>this.under.toggleLog(t),details:()=>this.under.toggleDetails(t),menu:()=>a&&this.menu(i,a),copyNas:()=>void this.copy(i,i.nas_path??"","The NAS path"),copyRun:()=>void this.copy(i,t,"The run path"),copyLink:()=>void this.copy(i,this.owner.link(t),"The link")})[e]?.())}perform(e,t){let a=this.owner.row(t),i="log"===e&&this.grid.opened.get(t)?.kind==="log";a&&!i&&this.act("log"===e?"log":eq(a,e).verb,t)}bulk(e,t){if("clear"===e)return void this.owner.review(t);for(let a of t)this.act("force_sync"===e?"sync":e,a)}menu(e,t){var a;let i,s=this.grid.views.get(e.path),n=this.owner.off(),r=(a=s?.shownVerbs()??new Set,i=eT.flatMap(t=>{var a;return e.actions.includes(t)?eR(e,t)?[]:[eq(e,t)]:"clear"===t?[{...e$.askClear,off:"Clearing"===(a=e).display_state?"It is being cleared.":"Cleared"!==a.display_state&&a.local_data?"Verified"===a.display_state?a.next_step||"This run cannot be cleared now.":a.needs_attention&&"sync_verified"===a.current_state?a.why:"Not verified yet: only what is proven on the NAS can be cleared.":"No data are left on this computer."}]:[]}),e.actions.includes("log")&&i.push(e$.log),i.push(e$.details),e.nas_path&&i.push(e$.copyNas),i.push(e$.copyRun,e$.copyLink),i.filter(e=>!a.has(e.verb))).map(t=>this.item(t,e.path,n)),l=()=>(this.grid.views.get(e.path)?.buttonOf("menu")??t).focus({preventScroll:!0});eB(t,this.host,`${e$.menu.name} ${e.path}`,r,l)}item(e,t,a){let i=e.off??(a&&!tx.has(e.verb)?a:void 0);return{label:e.label,off:i,act:()=>this.act(e.verb,t)}}async copy(e,t,a){let i=await eO(t);this.deeds.tell(e,i?`${a} is on the clipboard.`:`${a}: ${t}`)}},tv=["Failed","Blocked","Stalled","Paused","Restoring","Clearing","Verifying","Syncing","Waiting","Receiving","Verified","Cleared"],ty={state:e=>tv.indexOf(e.display_state),run:e=>e.path.slice(e.path.lastIndexOf("/")+1),equipment:e=>e.equipment_id,project:e=>e.project_name,progress:function(e){return"Verified"===e.display_state?1:e.progress&&"queued"!==e.progress.phase?e.progress.fraction:null},files:e=>e.file_count,size:e=>e.local_data?e.byte_total:null,last:e=>{var t;return Number.isFinite(t=Date.parse(e.last_activity_at))?t:null}},tk=new Set(["progress","files","size","last"]),t_=new Intl.Collator("en",{numeric:!0,sensitivity:"base"}),t$=Object.keys(ty);function tS(e){return{key:e,down:tk.has(e)}}var tA=[{name:"pick",label:"Select",sort:null},{name:"state",label:"State",sort:"state"},{name:"run",label:"Run",sort:"run"},{name:"equipment",label:"Equipment",sort:"equipment"},{name:"project",label:"Project",sort:"project"},{name:"progress",label:"Progress",sort:"progress"},{name:"files",label:"Files",sort:"files"},{name:"size",label:"Size",sort:"size"},{name:"last",label:"Last activity",sort:"last"},{name:"actions",label:"Actions",sort:null}],tC=class{constructor(e){this.owner=e,this.box=en("input",{type:"checkbox",class:"exlab-box","aria-label":"Select all runs shown",...er(-1)}),this.box.addEventListener("change",()=>this.owner.pickAll());let t=en("div",{role:"row",class:"exlab-cells","aria-rowindex":1},...tA.map(e=>this.cell(e)));t.addEventListener("keydown",e=>this.onKey(e)),this.element=en("div",{role:"rowgroup",class:"exlab-head"},t),this.showSort(null)}owner;element;cells=new Map;box;showSort(e){for(let[i,s]of this.cells){var t,a;let n=e?.key===i?e.down:null;eo(s,"aria-sort",null===n?"none":n?"descending":"ascending");let r=s.firstElementChild;r&&(eh(r.lastElementChild??r,null===n?"":n?"▾":"▴"),eo(r,"title",(t=i,a=e,a?.key!==t?"Sort":a.down===tS(t).down?"Sort the other way round":"Back to what needs attention first")))}}showPicked(e,t){this.box.checked=t>0&&e===t,this.box.indeterminate=e>0&&e<t}focus(){let e=this.stops(),t=e.find(e=>e.parentElement?.getAttribute("aria-sort")?.endsWith("ending"));(t??e[1]??e[0])?.focus({preventScroll:!0})}cell({name:e,label:t,sort:a}){let i={role:"columnheader",class:`exlab-th exlab-th-${e}`};if("pick"===e)return en("div",i,this.box);if(!a)return en("div",i,t);let s=en("span",{class:"exlab-sorted","aria-hidden":"true"}),n=en("button",{type:"button",class:"exlab-sort",...er(-1)},t,s);n.addEventListener("click",()=>this.owner.sortBy(a));let r=en("div",i,n);return this.cells.set(a,r),r}stops(){return[...this.element.querySelectorAll("input, button")].filter(e=>null!==e.offsetParent)}onKey(e){if(e.ctrlKey||e.metaKey||e.altKey)return;let t=this.stops(),a=t.indexOf(e.target),i={ArrowRight:1,ArrowLeft:-1}[e.key]??0;if("ArrowDown"===e.key||"Escape"===e.key)this.owner.leave();else if(i)t[Math.min(Math.max(a+i,0),t.length-1)]?.focus({preventScroll:!0});else if(!["Home","End","ArrowUp","PageUp","PageDown"].includes(e.key))return;e.preventDefault(),e.stopPropagation()}},tE=class{owner;order=[];views=new Map;opened=new Map;heights=new Map;active="";frame=0;marked="";body=en("div",{role:"rowgroup",class:"exlab-body"});head;element;observer;constructor(e){this.owner=e,this.head=new tC({sortBy:e=>this.owner.sortBy(e),pickAll:()=>this.owner.pickAll(),leave:()=>this.focusActive()}),this.element=en("div",{class:"exlab-grid",role:"grid","aria-label":"Runs","aria-multiselectable":"true",...er(-1)},this.head.element,this.body),this.body.addEventListener("click",e=>this.onClick(e)),this.body.addEventListener("mousedown",e=>{e.shiftKey&&e.preventDefault()}),this.element.addEventListener("scroll",()=>this.later(),{passive:!0}),this.element.addEventListener("keydown",e=>this.onKey(e)),this.element.addEventListener("focusin",e=>this.onFocus(e)),this.observer=new ResizeObserver(()=>this.later()),this.observer.observe(this.element)}dispose(){this.observer.disconnect(),window.cancelAnimationFrame(this.frame)}setOrder(e){this.order=e,e.includes(this.active)||(this.active=e[0]??""),eo(this.element,"aria-rowcount",e.length+1),this.draw()}repaint(e){for(let t of e){let e=this.views.get(t);e&&this.owner.paint(e)}this.measure()}repaintAll(){this.repaint([...this.views.keys()])}open(e,t){let a=en("div",{role:"gridcell","aria-colspan":tA.length,class:"exlab-opened-cell"},t.element);this.opened.set(e,{...t,row:en("div",{role:"row",class:"exlab-opened"},a)}),this.draw(),t.focus()}reveal(e){let t=this.opened.get(e)?.row,a=this.views.get(e)?.element;if(!t?.isConnected||!a)return;let i=t.getBoundingClientRect().bottom-this.element.getBoundingClientRect().bottom,s=a.getBoundingClientRect().top-this.head.element.getBoundingClientRect().bottom;i>0&&(this.element.scrollTop+=Math.min(i,Math.max(s,0)))}close(e){let t=this.opened.get(e);if(!t)return;let a=t.row.contains(document.activeElement);this.opened.delete(e),this.draw(),a&&this.focusRow(this.order.indexOf(e))}later(){window.cancelAnimationFrame(this.frame),this.frame=window.requestAnimationFrame(()=>this.draw())}draw(){let[e,t]=this.range(),a=this.order.slice(e,t);this.forget(new Set(a)),ed(this.body,a.flatMap((t,a)=>this.nodesOf(t,e+a))),eo(this.element,"tabindex",this.views.has(this.active)?-1:0),this.body.style.paddingTop=`${this.offset(e)}px`,this.body.style.paddingBottom=`${this.offset(this.order.length)-this.offset(t)}px`,this.measure()}range(){if(this.order.length<=80)return[0,this.order.length];let e=this.element.scrollTop-400,t=this.element.scrollTop+this.element.clientHeight+400,a=0,i=-1;for(let s=0;s<this.order.length;s+=1){if(a>t)return[Math.max(i,0),s];a+=this.heightOf(s),i<0&&a>e&&(i=s)}return[Math.max(i,0),this.order.length]}heightOf(e){return this.heights.get(this.order[e]??"")??48}offset(e){let t=0;for(let a=0;a<e;a+=1)t+=this.heightOf(a);return this.order.length<=80?0:t}nodesOf(e,t){let a=this.views.get(e)??this.makeView(e);eo(a.element,"aria-rowindex",t+2),eo(a.element,"tabindex",e===this.active?0:-1),eo(a.element,"aria-current",e===this.marked?"true":null);let i=this.opened.get(e);return i?[a.element,i.row]:[a.element]}makeView(e){let t=this.owner.make(e);return this.views.set(e,t),this.owner.paint(t),t}forget(e){for(let[t,a]of this.views)e.has(t)||(a.element.contains(document.activeElement)&&this.element.focus({preventScroll:!0}),this.views.delete(t))}measure(){if(!(this.order.length<=80))for(let[e,t]of this.views){let a=t.element.offsetHeight+(this.opened.get(e)?.row.offsetHeight??0);a&&this.heights.set(e,a)}}focusRow(e){let t=Math.min(Math.max(e,0),this.order.length-1);t<0||(this.order[t]!==this.marked&&(this.marked=""),this.show(t),this.views.get(this.active)?.element.focus({preventScroll:!0}))}focusActive(){this.focusRow(this.order.indexOf(this.active))}show(e){this.active=this.order[e]??"",this.scrollTo(e),this.draw(),this.views.get(this.active)?.element.scrollIntoView({block:"nearest"})}mark(e){this.marked=e,this.show(Math.max(this.order.indexOf(e),0))}scrollTo(e){if(this.order.length<=80)return;let t=this.offset(e),a=this.element.clientHeight-this.head.element.offsetHeight,i=t+this.heightOf(e);t<this.element.scrollTop?this.element.scrollTop=t:i>this.element.scrollTop+a&&(this.element.scrollTop=i-a)}onFocus(e){let t=e.target instanceof Element?e.target.closest(".exlab-row"):null,a=t?.getAttribute("data-run");if(!a||a===this.active)return;let i=this.views.get(this.active);i&&(i.element.tabIndex=-1),this.marked&&a!==this.marked&&(this.views.get(this.marked)?.element.removeAttribute("aria-current"),this.marked=""),this.active=a,t.tabIndex=0}onKey(e){let t=e.target;if(t.closest(".exlab-opened")||e.ctrlKey||e.metaKey||e.altKey)return;let a=this.steps()[e.key];if(void 0!==a)this.go(e,a);else if(!this.act(e.key,t))return;e.preventDefault()}go(e,t){let a=this.active;"ArrowUp"===e.key&&t<0&&!e.shiftKey?this.head.focus():this.focusRow(t),e.shiftKey&&this.owner.extend(this.active,a)}onClick(e){let t=e.target,a=t.closest(".exlab-row")?.getAttribute("data-run");!(!a||t.closest("button, input, label, a, code"))&&(e.shiftKey?this.owner.extend(a,this.active):(e.ctrlKey||e.metaKey)&&this.owner.pick(a))}act(e,t){let a=t===this.element||t.classList.contains("exlab-row");if("ArrowRight"===e)this.sideways(t,1);else if("ArrowLeft"===e)this.sideways(t,-1);else if("Enter"===e&&a)this.owner.open(this.active);else if(" "===e&&a)this.owner.pick(this.active);else{if("Escape"!==e)return!1;this.escape()}return!0}steps(){let e=this.order.indexOf(this.active),t=Math.max(1,Math.floor(this.element.clientHeight/48)-1);return{ArrowDown:e+1,ArrowUp:e-1,PageDown:e+t,PageUp:e-t,Home:0,End:this.order.length-1}}sideways(e,t){let a=this.views.get(this.active)?.element;if(!a)return;let i=[a,...a.querySelectorAll("button")],s=Math.max(0,i.indexOf(e));i[Math.min(Math.max(s+t,0),i.length-1)]?.focus({preventScroll:!0})}escape(){this.opened.has(this.active)?this.owner.close(this.active):this.owner.drop(),this.focusActive()}},tM="staging-run",tT=["token","reset","clone"],tL={orchestrator_disabled:"Staging is switched off on this server.",config_invalid:"The staging configuration has a mistake.",config_mismatch:"This server's configuration differs from the one in charge.",station_starting:"The staging service is starting.",staging_unavailable:"The staging folder is not there.",nas_unavailable:"The NAS is not there.",signed_out:"Not signed in.",forbidden:"Not allowed.",not_installed:"The staging service is not installed here.",kernel_busy:"Waiting for the kernel.",no_server:"No staging service was found.",token_refused:"The server did not let this notebook in."};function tq(e,t,a){return en("div",{class:"exlab-remark","data-tone":e},ey(t),en("span",{},a))}var tR="exlab-wizard:staging:",tO=new Set(["Verified","Cleared","Failed","Blocked"]),tN={all:{label:"All",keeps:()=>!0},attention:{label:"Needs attention",keeps:e=>e.needs_attention},progress:{label:"In progress",keeps:e=>!tO.has(e.display_state)},verified:{label:"Verified",keeps:e=>"Verified"===e.display_state}},tP={states:{title:"State",valueOf:e=>e.display_state,labelOf:e=>e},equipment:{title:"Equipment",valueOf:e=>e.equipment_id,labelOf:e=>e},projects:{title:"Project",valueOf:e=>e.project_name,labelOf:e=>e},kinds:{title:"Kind",valueOf:e=>e.run_kind,labelOf:function(e){return"test"===e?"Test":"experimental"===e?"Experimental":e}}},tj=Object.keys(tP);function tz(){return{quick:"all",text:"",states:[],equipment:[],projects:[],kinds:[]}}function tV(e){return"all"!==e.quick||tW(e.text).length>0||tD(e)>0}function tD(e){return tj.reduce((t,a)=>t+e[a].length,0)}function tF(e,t,a){let i=e[t],s=i.includes(a)?i.filter(e=>e!==a):[...i,a];return{...e,[t]:s}}function tI(e,t){return e.filter(tK(t))}function tB(e,t){return"states"===e?tv.indexOf(t):0}var tH=new Intl.Collator("en",{numeric:!0,sensitivity:"base"});function tK(e){let t=tW(e.text),a=tN[e.quick].keeps,i=tj.filter(t=>e[t].length>0).map(t=>{let a=new Set(e[t]),{valueOf:i}=tP[t];return e=>a.has(i(e))});return e=>a(e)&&i.every(t=>t(e))&&function(e,t){if(!t.length)return!0;let a=`${e.path} ${e.display_state} ${e.why}`.toLowerCase();return t.every(e=>a.includes(e))}(e,t)}function tW(e){return e.toLowerCase().split(/\s+/).filter(Boolean)}function tU(){return{sort:null,filters:tz()}}var tJ=class{constructor(e,t=()=>window.localStorage){this.key=e,this.storage=t}key;storage;load(){if(null===this.key)return tU();try{var e,t;let a,i;return e=this.storage().getItem(this.key),a=tG(function(e){try{return JSON.parse(e??"null")}catch{return null}}(e)),{sort:(t=tG(a.sort),(i=t$.find(e=>e===t.key))?{key:i,down:!0===t.down}:null),filters:function(e){let t=tz();for(let a of("string"==typeof e.quick&&Object.hasOwn(tN,e.quick)&&(t.quick=e.quick),"string"==typeof e.text&&(t.text=e.text),tj)){let i=e[a];Array.isArray(i)&&(t[a]=i.filter(e=>"string"==typeof e))}return t}(tG(a.filters))}}catch{return tU()}}save(e){if(null!==this.key)try{this.storage().setItem(this.key,JSON.stringify(e))}catch{}}};function tG(e){return"object"==typeof e&&null!==e?e:{}}var tZ={ArrowRight:(e,t)=>e===t?0:e+1,ArrowDown:(e,t)=>e===t?0:e+1,ArrowLeft:(e,t)=>0===e?t:e-1,ArrowUp:(e,t)=>0===e?t:e-1,Home:()=>0,End:(e,t)=>t};function tQ(e,t=["ArrowRight","ArrowLeft","Home","End"]){e.addEventListener("keydown",a=>{let i=t.includes(a.key)&&!a.defaultPrevented?tZ[a.key]:void 0,s=tY(e),n=s.indexOf(a.target);!i||n<0||a.shiftKey||a.ctrlKey||a.metaKey||a.altKey||(a.preventDefault(),s[i(n,s.length-1)]?.focus())}),e.addEventListener("focusin",t=>tX(e,t.target))}function tX(e,t=null){let a=tY(e),i=a.find(e=>e===t)??a.find(e=>0===e.tabIndex)??a[0];for(let e of a)e.tabIndex=e===i?0:-1}function tY(e){return[...e.querySelectorAll("button, input, select")].filter(e=>!e.closest("[hidden]"))}var t0=class{constructor(e){this.owner=e,this.all=el("Show all runs",()=>this.showAll(),{class:"exlab-button exlab-primary"}),this.group=en("div",{role:"group","aria-label":"Filters in use",class:"exlab-chips"},this.all),this.element=en("div",{class:"exlab-active",hidden:!0},this.count,this.group),tQ(this.group),this.group.addEventListener("keydown",e=>{let t=e.target;("Delete"===e.key||"Backspace"===e.key)&&t!==this.all&&t.click()})}owner;element;count=en("span",{class:"exlab-shown"});group;all;chips=new Map;show(e,t,a){eo(this.element,"hidden",!tV(e)||!a),eo(this.all,"hidden",!t),eh(this.count,`${H(t)} of ${K(a,"run")}`);let i=tj.flatMap(t=>e[t].map(e=>this.chip(t,e)));ed(this.group,[...i,this.all]),tX(this.group)}showAll(){this.owner.showAll(),this.owner.leave()}chip(e,t){let a=`${e} ${t}`,i=this.chips.get(a);if(i)return i;let{title:s,labelOf:n}=tP[e],r=en("bdi",{class:"exlab-cut"},`${s}: ${n(t)}`),l=el("",()=>this.takeOff(e,t),{class:"exlab-chip exlab-active-chip","aria-label":`Take off the filter ${s}: ${n(t)}`});return l.append(r,en("span",{"aria-hidden":"true"}," \xd7")),this.chips.set(a,l),l}takeOff(e,t){let a=this.chips.get(`${e} ${t}`),i=a?.nextElementSibling??null,s=a===document.activeElement;this.owner.remove(e,t),s&&!this.element.hidden?i?.focus():s&&this.owner.leave()}},t1=class{constructor(e,t){this.name=e,this.toggle=t;let a=en("legend",{},tP[e].title);this.element=en("fieldset",{class:"exlab-facet","data-facet":e},a,this.list,this.more),tQ(this.list,["ArrowDown","ArrowUp","Home","End"])}name;toggle;element;list=en("div",{class:"exlab-facet-list"});more=en("p",{class:"exlab-quiet"});lines=new Map;show(e){let t=e.filter(e=>e.chosen),a=e.filter(e=>!e.chosen).slice(0,Math.max(0,100-t.length)),i=new Set([...t,...a].map(e=>e.value)),s=e.filter(e=>i.has(e.value)),n=e.length-s.length;eh(this.more,n?`${H(n)} more: search for their name.`:""),ed(this.list,s.map(e=>this.line(e))),tX(this.list)}focus(){this.list.querySelector('[tabindex="0"]')?.focus({preventScroll:!0})}line(e){let t=this.lines.get(e.value)??this.make(e);return t.box.checked=e.chosen,eh(t.count,H(e.count)),t.element}make({value:e,label:t}){let a=en("input",{type:"checkbox",class:"exlab-box","data-value":e,...er(-1)});a.addEventListener("change",()=>this.toggle(this.name,e));let i=f(e),s="states"===this.name?en("span",{"data-tone":i.tone,class:"exlab-facet-icon"},ey(i.icon)):null,n=en("span",{class:"exlab-chip-count"}),r={element:en("label",{class:"exlab-facet-line",title:t},a,s,en("bdi",{class:"exlab-cut"},t),n),box:a,count:n};return this.lines.set(e,r),r}},t2=class{constructor(e){this.owner=e;let t=tj.map(e=>[e,new t1(e,(e,t)=>this.owner.toggle(e,t))]);this.lists=Object.fromEntries(t);let a=tA.filter(e=>e.sort).map(e=>en("option",{value:e.sort},e.label));this.by=en("select",{class:"exlab-select","aria-label":"Sort by",...er(0)},en("option",{value:""},"What needs attention first"),...a),this.by.addEventListener("change",()=>this.owner.sortBy(this.by.value?tS(this.by.value):null)),this.way=el("",()=>this.sort&&this.owner.sortBy({...this.sort,down:!this.sort.down}),{class:"exlab-button exlab-primary"});let i=el("Close",()=>this.owner.close(),{class:"exlab-button exlab-primary exlab-facet-close"}),s=en("fieldset",{class:"exlab-facet exlab-facet-sort"},en("legend",{},"Sort by"),this.by,this.way,i);this.element=en("div",{class:"exlab-facets",role:"region","aria-label":"Filter and sort"},...tj.map(e=>this.lists[e].element),s),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&this.owner.close()})}owner;element;lists;by;way;sort=null;show(e,t,a){let i=Object.fromEntries(tj.map(a=>[a,function(e,t,a){let{valueOf:i,labelOf:s}=tP[a],n=new Map(t[a].map(e=>[e,0])),r=tK({...t,[a]:[]});for(let t of e){let e=i(t);n.set(e,(n.get(e)??0)+ +!!r(t))}let l=new Set(t[a]);return[...n].map(([e,t])=>({value:e,label:s(e),count:t,chosen:l.has(e)})).sort((e,t)=>tB(a,e.value)-tB(a,t.value)||tH.compare(e.label,t.label))}(e,t,a)]));for(let e of tj)this.lists[e].show(i[e]);this.sort=a,this.by.value=a?.key??"",this.way.hidden=!a,eh(this.way,a?function({key:e,down:t}){return"last"===e?t?"Newest first":"Oldest first":"state"===e?t?"Done first":"Worst first":"run"===e||"equipment"===e||"project"===e?t?"Z to A":"A to Z":t?"Largest first":"Smallest first"}(a):"")}focus(){this.lists.states.focus()}},t6=[["/","search"],["↑ ↓ PgUp PgDn Home End","from run to run; ↑ on the first one reaches the column names"],["Enter","open the run, or close it again"],["← →","between a run and its buttons"],["Space","select the run"],["Shift + ↑ ↓","select a range"],["Ctrl + A (⌘ A)","select all runs shown"],["Esc","close what is open, then drop the selection; the focus returns"],["Tab","to the next part of the panel"],["?","this list"]],t4=Object.keys(tN),t3=class{constructor(e){this.owner=e,this.search=en("input",{type:"search",placeholder:"Filter by name  ( / )","aria-label":"Filter runs",class:"exlab-search",autocomplete:"off",spellcheck:"false",...er(0)}),this.search.addEventListener("input",()=>this.owner.search(this.search.value)),this.search.addEventListener("keydown",e=>this.onSearchKey(e)),this.chips=t4.map(e=>this.chip(e)),this.filter=el("Filter and sort",()=>this.owner.toggle("filter"),{class:"exlab-chip exlab-filter-button","aria-expanded":"false"}),this.help=el("?",()=>this.owner.toggle("help"),{class:"exlab-chip","aria-label":"Keys",title:"Keys","aria-expanded":"false"}),this.group=en("div",{role:"group","aria-label":"Show",class:"exlab-chips"},...this.chips,this.filter,this.help),tQ(this.group),this.element=en("div",{class:"exlab-toolbar"},this.search,this.group)}owner;element;search;filter;help;group;chips;add(e){this.group.append(e)}show(e){this.search.value!==e.text&&(this.search.value=e.text),this.chips.forEach((t,a)=>eo(t,"aria-pressed",String(t4[a]===e.quick)));let t=this.group.contains(document.activeElement);tX(this.group,t?null:this.chips[t4.indexOf(e.quick)]??null);let a=tD(e);eh(this.filter,a?`Filter and sort (${H(a)})`:"Filter and sort")}count(e){this.chips.forEach((t,a)=>{let i=t4[a]??"all",s=e.filter(tN[i].keeps).length;t.lastElementChild&&eh(t.lastElementChild,H(s)),eo(t,"data-some",s>0&&"attention"===i)})}focusSearch(){this.search.focus(),this.search.select()}chip(e){let t=en("span",{class:"exlab-chip-count"}),a=el(`${tN[e].label} `,()=>this.owner.view(e),{class:"exlab-chip","data-filter":e});return a.append(t),a}onSearchKey(e){if("Escape"===e.key&&this.search.value)this.owner.search("");else{if(!["Escape","Enter","ArrowDown"].includes(e.key))return;this.owner.leave()}e.preventDefault()}},t5=class{constructor(e,t){this.keeper=e,this.owner=t,this.choice=e.load(),this.toolbar=new t3({search:e=>this.setFilter({text:e}),view:e=>this.setFilter({quick:e}),toggle:e=>this.toggle(e),leave:t.leave}),this.menu=new t2({toggle:(e,t)=>this.setFilter(tF(this.filters,e,t)),sortBy:e=>this.setSort(e),close:()=>this.toggle("")}),this.chips=new t0({remove:(e,t)=>this.setFilter(tF(this.filters,e,t)),showAll:()=>this.showAll(),leave:t.leave}),this.element=en("div",{class:"exlab-finder"},this.toolbar.element,this.place,this.chips.element,this.notice),this.toolbar.show(this.filters)}keeper;owner;element;toolbar;choice;opened="";menu;chips;place=en("div",{class:"exlab-filter-place"});notice=en("div",{class:"exlab-notice-place"});get filters(){return this.choice.filters}get sort(){return this.choice.sort}order(e){return function(e,t){let a=m(e);if(!t)return a;let i=ty[t.key],s=new Map(e.map(e=>[e.path,i(e)])),n=t.down?-1:1;return a.sort((e,t)=>{var a,i,r;return a=s.get(e)??null,i=s.get(t)??null,r=n,null===a||null===i?a===i?0:null===a?1:-1:"number"==typeof a&&"number"==typeof i?r*(a-i):r*t_.compare(String(a),String(i))})}(tI(e,this.filters),this.sort)}show(e,t){eo(this.element,"hidden",!t.length),this.toolbar.count(t),this.chips.show(this.filters,e,t.length),"filter"===this.opened&&this.menu.show(t,this.filters,this.sort)}setFilter(e){this.keep({...this.choice,filters:{...this.filters,...e}})}sortBy(e){var t;let a;this.setSort((t=this.sort,a=tS(e),t?.key!==e?a:t.down===a.down?{key:e,down:!a.down}:null))}showAll(){this.setFilter(tz())}uncover(e){if(!tV(this.filters)||tI([e],this.filters).length)return!1;let t=tD(this.filters)?"filter":this.filters.text?"search":"view";return this.showAll(),this.tell(`The ${t} that hid this run was taken off: all runs are shown.`),!0}tell(e){let t=el("Close",()=>this.notice.replaceChildren(),{class:"exlab-button"});this.notice.replaceChildren(en("div",{class:"exlab-notice"},en("span",{},e),t)),this.owner.say(e)}toggle(e){let t=this.opened,a=this.place.contains(document.activeElement);this.opened=t===e?"":e;let i={filter:this.toolbar.filter,help:this.toolbar.help};for(let[e,t]of Object.entries(i))eo(t,"aria-expanded",String(this.opened===e));"filter"===this.opened?this.showMenu():"help"===this.opened?this.showHelp():this.place.replaceChildren(),!this.opened&&t&&a&&i[t].focus()}showMenu(){this.place.replaceChildren(this.menu.element),this.menu.show(this.owner.rows(),this.filters,this.sort),this.menu.focus()}showHelp(){var e;let t,a,i,s=(e=()=>this.toggle(""),t=t6.flatMap(([e,t])=>[en("dt",{},en("kbd",{},e)),en("dd",{},t)]),a=el("Close",e,{class:"exlab-button exlab-primary"}),(i=en("section",{class:"exlab-help","aria-label":"Keys"},en("dl",{},...t),en("p",{},"No single key deletes anything, and none of them reaches the notebook."),a)).addEventListener("keydown",t=>{"Escape"===t.key&&e()}),i);this.place.replaceChildren(s),s.querySelector("button")?.focus()}setSort(e){this.keep({...this.choice,sort:e})}keep(e){this.choice=e,this.keeper.save(e),this.notice.replaceChildren(),this.toolbar.show(e.filters),this.owner.changed()}};function t8(e,t){if(!t.equipment.length)return e;let a=new Set(t.equipment);return e.filter(e=>a.has(e.equipment_id))}function t9(e,t){let a=t8(e,t);if(!t.states.length)return a;let i=new Set(t.states);return a.filter(e=>i.has(e.display_state))}function t7(e,t){return e.length<2?e.join(""):`${e.slice(0,-1).join(", ")} ${t} ${e[e.length-1]??""}`}var ae=class{constructor(e){this.owner=e}owner;wanted="";focus=!1;onHash=()=>this.follow();start(){window.addEventListener("hashchange",this.onHash),this.follow()}stop(){window.removeEventListener("hashchange",this.onHash)}reveal(e,t=!0){this.wanted=e,this.focus=t,this.settle()}settle(){let e=this.wanted,t=""!==e&&this.owner.knows(e);if(""===e||!t&&!this.owner.live())return;this.wanted="";let a=t?this.owner.show(e,this.focus):`${e} is not in the staging list (any more).`;a&&this.owner.tell(a)}follow(){let e=function(e=window.location.hash){let t=e.replace(/^#/,"").split("&").find(e=>e.startsWith(`${tM}=`));if(!t)return"";try{return decodeURIComponent(t.slice(tM.length+1))}catch{return""}}();e&&this.reveal(e,!1)}},at={force_sync:"Force sync",retry:"Retry",verify:"Verify again",pause:"Pause",resume:"Resume",clear:"Clear…"},aa=new Set(["Blocked","Receiving"]),ai=class{constructor(e){this.owner=e,this.none=el("Select none",()=>this.owner.drop(),{class:"exlab-button"}),this.group.append(this.none);let t=en("span",{class:"exlab-selected"},this.text,this.hidden);this.element=en("div",{class:"exlab-selection",hidden:!0},t,this.group),tQ(this.group)}owner;element;text=en("strong",{});hidden=en("span",{class:"exlab-quiet"});group=en("div",{role:"toolbar","aria-label":"Selected runs",class:"exlab-bulk"});none;drawn="";show(e,t,a){if(eo(this.element,"hidden",!e.length),e.length){var i;let s;for(let n of(eh(this.text,(s=(i=e).reduce((e,t)=>e+(t.local_data?t.byte_total:0),0),`${H(i.length)} selected, ${B(s)}.`)),eh(this.hidden,t?` ${H(t)} of them not shown now.`:""),this.draw(e),this.group.querySelectorAll("[data-bulk]")))eo(n,"aria-disabled",a?"true":null),eo(n,"title",a||null)}}draw(e){let t=Object.keys(at).flatMap(t=>{let a=e.filter(e=>{var a,i;return a=e,!("force_sync"===(i=t)&&aa.has(a.display_state))&&a.actions.includes(i)}).map(e=>e.path),i=a.length<e.length?`${at[t]} (${a.length} of ${e.length})`:at[t];return a.length?[{verb:t,label:i,runs:a}]:[]}),a=JSON.stringify(t);if(a===this.drawn)return;this.drawn=a;let i=this.group.contains(document.activeElement)?document.activeElement?.getAttribute("data-bulk"):null,s=t.map(({verb:e,label:t,runs:a})=>el(t,()=>this.owner.act(e,a),{class:"exlab-button exlab-primary","data-bulk":e}));this.group.replaceChildren(...s,this.none),tX(this.group),i&&(s.find(e=>e.getAttribute("data-bulk")===i)??this.none).focus()}},as=class{chosen=new Set;anchor="";beside=new Set;get size(){return this.chosen.size}get paths(){return[...this.chosen]}has(e){return this.chosen.has(e)}toggle(e){this.chosen.delete(e)||this.chosen.add(e),this.anchorAt(e)}extend(e,t,a=""){e.includes(this.anchor)||this.anchorAt(a||t);let[i,s]=[e.indexOf(this.anchor),e.indexOf(t)].sort((e,t)=>e-t);this.chosen=new Set([...this.beside,...e.slice(Math.max(i,0),s+1)])}set(e){this.chosen=new Set(e),this.anchor="",this.beside=new Set}toggleAll(e){let t=new Set(e),a=e.every(e=>this.chosen.has(e)),i=this.paths.filter(e=>!t.has(e));this.set(a?i:[...this.chosen,...e])}keepOnly(e){let t=this.paths.filter(t=>!e.has(t));for(let e of t)this.chosen.delete(e),this.beside.delete(e);return t.length>0}anchorAt(e){this.anchor=e,this.beside=new Set(this.chosen)}},an=class{constructor(e){this.owner=e,this.bar=new ai({act:(e,t)=>this.owner.act(e,t),drop:()=>{this.drop(),this.owner.leave()}})}owner;bar;selection=new as;reported="";get paths(){return this.selection.paths}has(e){return this.selection.has(e)}get shown(){return this.selection.size?this.owner.order().filter(e=>this.has(e)).length:0}toggle(e){this.selection.toggle(e),this.settle()}extend(e,t){this.selection.extend(this.owner.order(),e,t),this.settle()}all(){this.selection.toggleAll(this.owner.order()),this.settle(),this.owner.say(`${K(this.selection.size,"run")} selected.`)}drop(){return!!this.selection.size&&(this.selection.set([]),this.settle(),!0)}set(e){JSON.stringify([...e].sort())!==JSON.stringify(this.paths.sort())&&(this.selection.set(e),this.reported=JSON.stringify(this.paths),this.refresh(),this.owner.changed())}refresh(e=!1){e&&this.selection.keepOnly(this.owner.rows())?this.settle():this.showBar()}settle(){this.showBar(),this.owner.changed();let e=this.paths,t=JSON.stringify(e);t!==this.reported&&this.owner.report(e),this.reported=t}showBar(){let e=this.owner.rows(),t=this.paths.flatMap(t=>e.get(t)??[]);this.bar.show(t,t.length?t.length-this.shown:0,this.owner.off())}},ar=class{constructor(e,t){var a,i,s;let n;this.table=e,this.options=t,this.limits={equipment:t.equipment??[],states:t.states??[]};let r=t.keepAs?(i=t.baseUrl??"/",s=t.keepAs+((n=[...(a=this.limits).equipment].sort().concat("",[...a.states].sort())).length>1?`:${n.join(",")}`:""),`exlab-wizard:staging:${i}:${s}`):null,l=()=>this.table.grid().focusActive(),{say:o,off:h,bulk:d,feed:c}=e;this.finder=new t5(new tJ(r),{changed:()=>this.table.reorder(),leave:l,rows:()=>this.rows(),say:o}),this.picker=new an({rows:()=>c.rows,order:()=>this.table.grid().order,changed:()=>this.showPicked(),report:e=>this.options.onSelect?.(e),act:d,off:h,say:o,leave:l}),this.linker=new ae({live:()=>"live"===c.link.state,knows:e=>c.rows.has(e),show:(e,t)=>this.showRun(e,t),tell:e=>this.finder.tell(e)})}table;options;limits;finder;picker;linker;told="";rows(){return t9([...this.table.feed.rows.values()],this.limits)}counted(){return t8([...this.table.feed.rows.values()],this.limits)}get limit(){var e;let t,a;return t=t7((e=this.limits).equipment,"and"),a=t7(e.states,"or"),t&&a?`Only ${t}, if ${a}.`:t||a?`Only ${t||a}.`:""}get restless(){var e;return null!==(e=this.finder.sort)&&tk.has(e.key)}gridOwner(){return{sortBy:e=>this.finder.sortBy(e),pick:e=>this.picker.toggle(e),extend:(e,t)=>this.picker.extend(e,t),pickAll:()=>this.picker.all(),drop:()=>this.picker.drop()}}pick(e,t){t?this.picker.extend(e,this.table.grid().active):this.picker.toggle(e)}ordered(){let e=this.table.grid();this.finder.show(e.order.length,this.rows()),e.head.showSort(this.finder.sort),this.showPicked()}changed(){this.picker.refresh(!0),this.linker.settle()}tellRows(){if(!this.options.onRows)return;let{rows:e}=this.table.feed,t=this.table.grid().order.flatMap(t=>e.get(t)??[]),a=JSON.stringify(t.map(e=>[e.path,e.revision,e.receivedAt]));a!==this.told&&this.options.onRows(t.map(tp)),this.told=a}key(e){let t=e.target;if(t.matches("input:not([type=checkbox]), select, textarea")||e.defaultPrevented||e.altKey)return!1;if(e.ctrlKey||e.metaKey)return this.command(e.key,t);if("/"===e.key)this.finder.toolbar.focusSearch();else{if("?"!==e.key)return!1;this.finder.toggle("help")}return!0}command(e,t){return!("a"!==e.toLowerCase()||t.closest(".exlab-opened"))&&(this.picker.all(),!0)}showPicked(){let e=this.table.grid();for(let t of e.views.values())t.setPicked(this.picker.has(t.path));e.head.showPicked(this.picker.shown,e.order.length),this.picker.refresh()}showRun(e,t){let a=this.table.feed.rows.get(e),i=this.table.grid();return a&&t9([a],this.limits).length?(i.order.includes(e)||(this.finder.uncover(a),this.table.reorder()),i.mark(e),t&&i.focusActive(),""):`${e} is not shown here. ${this.limit}`}},al=new Set(["Verified","Cleared","Clearing"]);function ao(e,t,a){var i,s,n,r;let l,o,h=e.filter(e=>e.local_data);return[{text:`${K(h.length,"run")}, ${B(ah(h))} on this computer.`,tone:"plain"},...(l=e.filter(e=>e.needs_attention).length)?[{text:`${l} need${1===l?"s":""} attention.`,tone:"alert"}]:[],...function(e,t){let a=e.filter(e=>!al.has(e.display_state));if(a.length)return[{text:`${B(ah(a))} not verified on the NAS yet.`,tone:"plain"}];if(!e.length)return[];let i=t.reduce((e,t)=>e+t.bytes,0);if(!i)return[{text:"All of it is verified on the NAS.",tone:"good"}];let s=1===t.length?"1 other entry":`${H(t.length)} other entries`,n=1===t.length?"is":"are";return[{text:`All runs are verified on the NAS; ${s} (${B(i)}) ${n} not.`,tone:"alert"}]}(h,a),...(i=e,s=t,(o=ad(i))?[{text:`Syncing at ${B(o.rate)}/s${(n=o.left,r=s,n<=0?"":n<60||n>=86400?`, done in ${W(n)}`:`, done about ${G(new Date(r.getTime()+1e3*n),r)}`)}.`,tone:"plain"}]:[])]}function ah(e){return e.reduce((e,t)=>e+t.byte_total,0)}function ad(e){var t;let a,i,s=e.filter(e=>e.progress&&"Syncing"===e.display_state),n=s.reduce((e,t)=>e+(t.progress?.bytes_per_second??0),0);return n<=0?null:{rate:n,left:Math.max(...s.map(e=>e.progress?.seconds_left??0),(a=(t=e).filter(e=>"Waiting"===e.display_state),i=t.flatMap(e=>"Syncing"===e.display_state&&e.progress?[e.progress]:[]),2*(ah(a)+i.reduce((e,t)=>e+(1-t.fraction)*t.bytes_total,0))/n))}}var ac={runs:null,equipment:null,olderThanDays:null,keepNewest:0};function ap(e){return e.reduce((e,t)=>e+t.bytes,0)}function au(e){return e.proven_at?`proven ${G(new Date(e.proven_at))}`:"when proven is not known"}function ab(e,t){let a=Number(e);return""!==e.trim()&&Number.isFinite(a)&&a>=t?a:null}var ag={all:null,equipment:{}};function af(e){return e?.paused??ag}function ax(e,t,a){let i=en("span",{title:Z(t.at)},en("strong",{},`${e} is paused by ${t.by} since ${G(new Date(t.at))}.`)," Nothing is copied or verified meanwhile; new runs are still noticed."),s=el("Resume",a,{class:"exlab-button exlab-primary","aria-label":"Everything"===e?"Resume everything":`Resume ${e}`});return en("div",{class:"exlab-banner exlab-paused","data-tone":"grey"},ey("paused"),i,s)}var am=class{element=en("ul",{class:"exlab-review-list","aria-label":"Runs to clear",...er(0)});runs=[];refused=new Set;said=new Map;words=au;locked=!1;drawing=0;constructor(e){this.element.addEventListener("change",t=>{let a=t.target;a.checked?this.refused.delete(a.value):this.refused.add(a.value),e()})}show(e){this.runs=e,this.element.hidden=!e.length,this.said.clear(),this.element.replaceChildren(),this.draw(this.drawing+=1,0)}picked(){return this.runs.filter(e=>!this.refused.has(e.run_path))}lock(){this.locked=!0,this.show(this.picked())}tell(e){for(let t of(this.words=e,this.runs)){let a=this.said.get(t.run_path);a&&eh(a,e(t))}}draw(e,t){e===this.drawing&&(this.element.append(...this.runs.slice(t,t+100).map(e=>this.line(e))),t+100<this.runs.length&&window.setTimeout(()=>this.draw(e,t+100)))}line(e){let t=en("input",{type:"checkbox",value:e.run_path,disabled:this.locked,...er(0)});t.checked=!this.refused.has(e.run_path);let a=en("span",{class:"exlab-quiet",title:e.proven_at?Z(e.proven_at):null},this.words(e)),i=en("bdi",{class:"exlab-review-name",title:e.nas_path?`Stays at ${e.nas_path}`:null},e.run_path),s=en("span",{class:"exlab-number"},B(e.bytes)),n=en("span",{class:"exlab-number exlab-quiet"},K(e.files,"file"));return this.said.set(e.run_path,a),en("li",{},en("label",{},t,i,n,s,a))}},aw=0,av=class{constructor(e,t){this.owner=t,this.chosen=e&&new Set(e),this.days=this.number(`${this.id}-days`,"any"),this.newest=this.number(`${this.id}-newest`,"0"),this.criteria=en("div",{class:"exlab-review-criteria"},en("label",{},"Verified at least ",this.days," days ago"),en("label",{},"Keep the newest ",this.newest," of each equipment")),this.keep=el("Keep",t.close,{class:"exlab-button exlab-primary"}),this.go=el("Clear",()=>void this.clear(),{class:"exlab-button exlab-danger","aria-disabled":"true"});let a=en("div",{class:"exlab-answers"},this.keep,this.go),i=[this.title,en("p",{},"The copies on the NAS stay. Each is read back and compared once more just before anything is deleted here, so this takes a while."),this.criteria,this.said,this.list.element,this.stay,a];this.element=en("section",{class:"exlab-review","aria-labelledby":this.title.id},...i),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&t.close()})}owner;element;id=`exlab-review-${aw+=1}`;title=en("h3",{id:`${this.id}-title`},"Clear verified runs");said=en("p",{role:"status",class:"exlab-review-said"},"Asking what can be cleared…");criteria;days;newest;list=new am(()=>this.count());stay=en("div",{class:"exlab-review-stay"});keep;go;chosen;step="choosing";asked=0;timer=0;start(){this.keep.focus({preventScroll:!0}),this.element.scrollIntoView({block:"nearest"}),this.ask()}follow(){"clearing"===this.step&&this.list.tell(e=>this.stateOf(e))}number(e,t){let a=en("input",{id:e,type:"number",min:0,step:1,inputmode:"numeric",placeholder:t,class:"exlab-search exlab-short",...er(0)});return a.addEventListener("input",()=>{window.clearTimeout(this.timer),this.timer=window.setTimeout(()=>void this.ask(),300)}),a}wanted(){let e=this.chosen&&[...this.chosen],t=ab(this.days.value,0);return{...ac,runs:e,olderThanDays:t,keepNewest:Math.floor(ab(this.newest.value,0)??0)}}async ask(){let e=this.asked+=1;eo(this.go,"aria-disabled","true"),eh(this.said,"Asking what can be cleared…");try{var t;let a=await this.send({runs:(t=this.wanted()).runs,equipment_id:t.equipment,older_than_days:t.olderThanDays,keep_newest:t.keepNewest,dry_run:!0});e===this.asked&&"choosing"===this.step&&this.show(a)}catch(t){e===this.asked&&this.fail(t)}}async send(e){let t,a=[];for(let t of function(e){if(!e.runs)return[e];let t=[[]],a=0;for(let i of e.runs){let e=new TextEncoder().encode(JSON.stringify(i)).length+1;a+e>4e4&&(t.push([]),a=0),a+=e,t.at(-1)?.push(i)}return t.map(t=>({...e,runs:t}))}(e))a.push(await this.owner.api.clearVerified(t));return t=e=>a.reduce((t,a)=>t+a[e],0),{dry_run:a.every(e=>e.dry_run),runs:a.flatMap(e=>e.runs),runs_freed:t("runs_freed"),files_freed:t("files_freed"),bytes_freed:t("bytes_freed")}}fail(e){eh(this.said,e instanceof Error?e.message:String(e)),this.said.dataset.tone="red"}show(e){delete this.said.dataset.tone,this.list.show(e.runs.filter(e=>"would_clear"===e.outcome)),this.showStay(e.runs.filter(e=>"kept"===e.outcome),null===this.chosen),this.count()}showStay(e,t){if(!e.length)return void this.stay.replaceChildren();let a=e.map(e=>en("li",{},en("bdi",{},e.run_path),en("span",{class:"exlab-quiet"},` ${e.message}`))),i=en("summary",{...er(0)},`${K(e.length,"run")} ${1===e.length?"stays":"stay"}, and why`);this.stay.replaceChildren(en("details",{open:!t},i,en("ul",{},...a)))}count(){let e=this.list.picked(),t=this.list.runs;eh(this.go,e.length?`Clear ${K(e.length,"run")}, free ${B(ap(e))}`:"Clear nothing"),eo(this.go,"aria-disabled",e.length?null:"true");let a=`${K(e.length,"run")} of ${H(t.length)}, ${B(ap(e))} of ${B(ap(t))}.`;eh(this.said,t.length?a:"No run can be cleared under these conditions.")}async clear(){let e=this.list.picked();this.step="clearing",this.lock(e);try{let t=await this.send({runs:e.map(e=>e.run_path),equipment_id:null,older_than_days:null,keep_newest:0,dry_run:!1});this.report(t)}catch(t){this.step="done";let e=t instanceof Error?t.message:String(t);this.fail(Error(`${e} What was begun goes on in the service; the rows tell how far it is.`))}eh(this.keep,"Close"),this.owner.wake()}lock(e){let t=this.element.contains(document.activeElement);this.criteria.hidden=!0,this.go.hidden=!0,this.list.tell(()=>"waits"),this.list.lock(),eh(this.keep,"Hide, it goes on"),t&&this.keep.focus({preventScroll:!0}),eh(this.said,`Clearing ${K(e.length,"run")}, ${B(ap(e))}. You may close this: it goes on.`),this.owner.wake()}stateOf(e){let t=this.owner.row(e.run_path);return t?"Cleared"===t.display_state?"cleared":"Clearing"===t.display_state?t.why||"clearing":"waits":"gone"}report(e){let t,a;this.step="done";let i=new Map(e.runs.map(e=>[e.run_path,e]));this.list.tell(e=>{var t;return(t=i.get(e.run_path))?"cleared"===t.outcome?`freed ${B(t.bytes)}`:`stayed: ${t.message}`:"no longer listed"}),this.showStay(e.runs.filter(e=>"kept"===e.outcome),!1),eh(this.title,"Cleared");let s=(t=e.runs.filter(e=>"kept"===e.outcome).length,a=e.runs_freed?`Freed ${B(e.bytes_freed)}: ${K(e.runs_freed,"run")}, ${K(e.files_freed,"file")}. The copies on the NAS stay.`:"Nothing was cleared.",t?`${a} ${K(t,"run")} stayed:`:a);eh(this.said,s),this.said.dataset.tone=e.runs_freed?"green":"amber",this.owner.say(s)}},ay=class{constructor(e,t,a){this.api=e,this.host=t,this.owner=a,this.clear=el("",()=>this.openReview(null,this.clear),{class:"exlab-button exlab-primary exlab-clear-all",tabindex:-1,hidden:!0}),this.more=el("⋯",()=>this.menu(),{class:"exlab-button",tabindex:-1,"aria-label":"More for the whole station",title:"Pause and resume","aria-haspopup":"menu","aria-expanded":"false"}),this.buttons=en("div",{class:"exlab-whole"},this.clear,this.more)}api;host;owner;buttons;banners=en("div",{class:"exlab-pauses",role:"status"});place=en("div",{class:"exlab-review-place"});clear;more;review=null;said="";drawn="";show(){let e,{runs:t,bytes:a}={runs:(e=this.owner.rows().filter(e=>"Verified"===e.display_state&&e.actions.includes("clear"))).length,bytes:e.reduce((e,t)=>e+t.byte_total,0)},i=this.owner.off();for(let e of(eo(this.clear,"hidden",!t),eh(this.clear,`Clear verified runs… (${B(a)})`),[this.clear,this.more]))eo(e,"aria-disabled",i?"true":null);eo(this.clear,"title",i||null),this.showPauses(),this.review?.follow()}openReview(e,t=null){let a=new av(e,{api:this.api,row:this.owner.row,say:this.owner.say,wake:this.owner.wake,close:()=>{let e=a.element.contains(document.activeElement);a.element.remove(),this.review===a&&(this.review=null),e&&(t?.offsetParent?t:this.host).focus({preventScroll:!0})}});this.review=a,this.place.replaceChildren(a.element),a.start()}showPauses(){var e;let t,a,i=af(this.owner.station()),s=JSON.stringify([i,this.said]);if(s===this.drawn)return;this.drawn=s;let n=this.said?[en("div",{class:"exlab-remark","data-tone":"red"},en("span",{},this.said))]:[],r=this.banners.contains(document.activeElement);this.banners.replaceChildren(...(e=e=>void this.pause(e,!1),t=i.all?[ax("Everything",i.all,()=>e(null))]:[],a=Object.entries(i.equipment).sort(([e],[t])=>e<t?-1:1),[...t,...a.map(([t,a])=>ax(t,a,()=>e(t)))]),...n),r&&this.more.focus({preventScroll:!0})}menu(){var e;let t,a,i=this.owner.rows().map(e=>e.equipment_id),s=(e=af(this.owner.station()),t={equipment:null,pause:!e.all,label:e.all?"Resume everything":"Pause everything"},(a=[...new Set([...i,...Object.keys(e.equipment)])].sort()).length<2&&!Object.keys(e.equipment).length?[t]:[t,...a.map(t=>{let a=!e.equipment[t];return{equipment:t,pause:a,label:`${a?"Pause":"Resume"} ${t}`}})]).map(e=>({label:e.label,act:()=>void this.pause(e.equipment,e.pause)}));eB(this.more,this.host,"The whole station",s,()=>this.more.focus({preventScroll:!0}))}async pause(e,t){let a=e??"everything";this.owner.say(`${t?"Pausing":"Resuming"} ${a}.`);try{let i=await (t?this.api.pauseAll(e):this.api.resumeAll(e)),s=this.owner.station();s&&(s.paused=i.paused),this.said="",this.owner.say(`${"everything"===a?"Everything":a} is ${t?"paused":"resumed"}.`)}catch(e){this.said=eF(e).text,this.owner.say(this.said)}this.showPauses(),this.owner.wake()}},ak=class{api;options;feed;touchedAt=-1e4;visited="";keptAt=-3e4;summary=en("p",{class:"exlab-summary"});disk=en("span",{class:"exlab-disk"});banner=en("div",{role:"status",class:"exlab-banner-place"});status=en("div",{role:"status",class:"exlab-unseen"});remarks=en("div",{class:"exlab-remarks"});said="";empty=en("div",{class:"exlab-empty-place"});foot=en("div",{class:"exlab-foot"});element=en("section",{class:"exlab-staging","aria-label":"Staging",...er(-1)});watcher;onPage;inView=!0;doer;whole;finding;stale=!0;grid;chart;timer=0;constructor(e,t){this.api=e,this.options=t,this.feed=t.feed??new v(e),this.finding=this.makeFinding(),this.grid=new tE({make:e=>new tu(e,(e,t,a)=>this.doer.act(e,t,a),(e,t)=>this.finding.pick(e,t)),paint:e=>this.paint(e),open:e=>this.doer.under.toggleLog(e),close:e=>this.doer.under.closeAny(e),...this.finding.gridOwner()});let a={row:e=>this.feed.rows.get(e),off:()=>this.off(),say:e=>eh(this.status,e),wake:()=>this.feed.wake()};this.whole=new ay(e,this.element,{...a,rows:()=>[...this.feed.rows.values()],station:()=>this.feed.station}),this.doer=new tw(e,this.grid,this.element,{...a,changed:e=>this.grid.repaint([e]),link:e=>(function(e,t=window.location.href){let a=new URL(t);for(let e of tT)a.searchParams.delete(e);return a.username="",a.password="",a.hash=`${tM}=${encodeURIComponent(e)}`,a.href})(e),review:e=>this.whole.openReview(e)}),this.chart=function({activity:e}){if(!e)return null;let t="chart-open";return new ek({load:e,wasOpen:()=>(function(e){try{let t=window.localStorage.getItem(tR+e);return"yes"===t||"no"!==t&&null}catch{return null}})(t),keepOpen:e=>(function(e,t){try{window.localStorage.setItem(tR+e,t?"yes":"no")}catch{}})(t,e)})}(e),this.assemble(),this.watcher=new IntersectionObserver(e=>this.seen(e.at(-1)?.isIntersecting??!0)),this.onPage=()=>this.seen(this.inView)}makeFinding(){return new ar({feed:this.feed,grid:()=>this.grid,reorder:()=>this.reorder(!1),off:()=>this.off(),say:e=>eh(this.status,e),bulk:(e,t)=>this.doer.bulk(e,t)},this.options)}assemble(){let e=en("h2",{class:"exlab-title"},"Staging"),t=[en("div",{class:"exlab-top"},e,this.summary,this.disk),this.banner,this.whole.banners,en("div",{class:"exlab-limit",hidden:!this.finding.limit},this.finding.limit),this.remarks,this.finding.finder.element,this.whole.place,this.grid.element,this.empty,this.finding.picker.bar.element,...this.chart?[this.chart.element]:[],this.foot,this.status];for(let e of(this.finding.finder.toolbar.add(this.whole.buttons),this.element.append(...t),this.options.height&&(this.element.style.height=this.options.height,this.element.dataset.height="fixed"),this.element.addEventListener("keydown",e=>this.onKey(e)),this.grid.element.addEventListener("focusin",()=>this.visited=this.grid.active),["pointerdown","keydown"]))this.grid.element.addEventListener(e,()=>this.touchedAt=performance.now())}start(){this.options.snapshot&&this.showSnapshot(this.options.snapshot),this.watcher.observe(this.element),document.addEventListener("visibilitychange",this.onPage),this.timer=window.setInterval(()=>this.tick(),1e3),this.showLink(!1),this.finding.linker.start(),this.feed.start(e=>this.onChange(e))}dispose(){this.feed.stop(),this.finding.linker.stop(),this.grid.dispose(),this.chart?.dispose(),this.watcher.disconnect(),document.removeEventListener("visibilitychange",this.onPage),window.clearInterval(this.timer),this.element.remove()}showSnapshot(e){this.feed.seed(e),this.reorder(!1),this.showStation()}seen(e){this.inView=e,this.feed.setVisible(e&&!document.hidden),this.feed.visible&&this.chart?.refresh(!0)}onChange(e){if(e.link&&this.showLink(!0),"live"===this.feed.link.state)for(let t of(this.stale||=this.finding.restless,(e.order||e.link)&&this.reorder(this.isHeld()),this.grid.repaint(e.rows),this.finding.changed(),this.showStation(),this.keep(),e.rows))this.doer.under.follow(t)}tick(){this.feed.visible&&(this.grid.repaintAll(),this.chart?.refresh(),this.stale&&!this.isHeld()&&"live"===this.feed.link.state&&this.reorder(!1),this.finding.tellRows())}isHeld(){return!!this.grid.element.matches(":hover")||this.grid.opened.size>0||performance.now()-this.touchedAt<1e4}reorder(e){var t;let a,i,s=this.finding.rows(),n=this.finding.finder.order(s),r=e?(t=this.grid.order,a=new Set(n),i=new Set(t),[...t.filter(e=>a.has(e)),...n.filter(e=>!i.has(e))]):n;r.join("\n")!==this.grid.order.join("\n")&&this.grid.setOrder(r),this.stale=e,this.finding.ordered(),this.showEmpty(r.length,s.length)}showEmpty(e,t){let a=e||"refused"===this.feed.link.state?"":t?"filtered":this.feed.link.state;if(eo(this.grid.element,"hidden",!e),eo(this.finding.finder.element,"hidden",!t&&"live"!==this.feed.link.state),this.empty.dataset.state===a)return;this.empty.dataset.state=a;let i=en("div",{class:"exlab-empty"},"Reading the staging list…"),s=()=>this.finding.finder.showAll(),n=()=>(function(e,t,a,i=""){if(t){let e=el("Show all runs",a,{class:"exlab-button exlab-primary"});return en("div",{class:"exlab-empty"},en("p",{},"No run matches this filter."),e)}if(i)return en("div",{class:"exlab-empty"},en("p",{},`Nothing to show here. ${i}`));let s=en("p",{},"Watched folder: ",en("code",{},e?.staging_root??""),". Another one: ",en("code",{},"orchestrator.staging_root")," in the configuration file.");return en("div",{class:"exlab-empty"},en("p",{},en("strong",{},"Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file.")),s)})(this.feed.station,t,s,this.finding.limit);this.empty.replaceChildren(...""===a?[]:"loading"===a?[i]:[n()])}showLink(e){let{link:t}=this.feed,a=this.element.dataset.link;eo(this.element,"data-link",t.state);let i=function(e,t){if("down"===e.state){var a,i;let s,n,r;return a=e,i=t,s=a.since?` since ${G(a.since)}`:"",n=en("span",{},en("strong",{},`The staging service does not answer${s}.`)," Copying may go on without this page. Trying again every 5 s."),r=el("Try now",i,{class:"exlab-button exlab-primary"}),en("div",{class:"exlab-banner","data-tone":"amber"},ey("failed"),n,r)}if("refused"!==e.state)return null;let s="station_starting"===e.code||"kernel_busy"===e.code,n=en("span",{},en("strong",{},tL[e.code]??"The staging service refused."),` ${e.message}`);return en("div",{class:"exlab-banner","data-tone":s?"grey":"amber"},ey(s?"waiting":"failed"),n)}(t,()=>this.feed.wake()),s=e&&"live"===t.state&&("down"===a||"refused"===a);this.banner.replaceChildren(...i?[i]:s?[en("div",{class:"exlab-banner","data-tone":"green"},ey("verified"),en("span",{},"Connected again."))]:[]),s&&window.setTimeout(()=>"live"===this.feed.link.state&&this.banner.replaceChildren(),5e3),this.grid.repaintAll(),this.whole.show(),this.finding.picker.refresh(),this.showEmpty(this.grid.order.length,this.finding.rows().length)}showStation(){let{station:e}=this.feed;if(!e)return;this.showSummary(),this.whole.show();let t=e.disk?`${B(e.disk.free)} free of ${B(e.disk.total)}`:"";eh(this.disk,t);let a=function(e){let{mode:t,detail:a,rescan_seconds:i}=e.watcher,s="events"===t?`live, checked again every ${Math.round(i)} s`:`looked at every ${Math.round(i)} s`;return{text:`Watching ${e.staging_root} (${s})`,title:a}}(e);eh(this.foot,a.text),this.foot.title=a.title;let i=this.api.remark?.()??"",s=JSON.stringify([e.version,e.targets,e.leader,e.unrecognised,i]);s!==this.said&&this.remarks.replaceChildren(...function(e,t="",a=""){var i,s;let n=e.targets.filter(e=>"unavailable"===e.state||"full"===e.state).map(e=>{var t;let a;return tq("amber","failed",`${a=(t=e).since?` since ${G(new Date(t.since))}`:"","full"===t.state?`NAS ${t.nas_root} is full${a}.`:`NAS ${t.nas_root} not reachable${a}.`} ${e.why}`.trim())}),r=e.leader.message&&(!e.leader.leads||e.leader.config_mismatch)?[tq("grey","paused",e.leader.message)]:[],l=t?[tq("grey","waiting",t)]:[];return[...(i=a,s=e.version??"",i&&s&&i!==s?[tq("amber","failed",`This page shows the panel of version ${i}, the server runs ${s}. Reload the page.`)]:[]),...n,...r,...function(e){if(!e.length)return[];let t=e.reduce((e,t)=>e+t.bytes,0),a={"data-tone":t?"amber":"grey",open:t>0&&e.length<=3},i=`${1===e.length?"1 entry":`${e.length} entries`} in the staging folder, ${B(t)}, not taken for runs`,s=e.map(e=>en("li",{},en("code",{},e.path),` ${B(e.bytes)}. ${e.reason} `,en("em",{},e.remedy))),n=en("summary",{...er(0)},ey("more"),i);return[en("details",{class:"exlab-remark exlab-strangers",...a},n,en("ul",{},...s))]}(e.unrecognised),...l]}(e,i,this.options.uiVersion)),this.said=s}showSummary(){if("loading"===this.feed.link.state&&!this.feed.rows.size)return;let e=[this.finding.counted(),new Date,this.feed.station?.unrecognised??[]];this.options.onSummary?.(function(e,t,a){let i=e.filter(e=>e.local_data),s=ad(e);return{runs:i.length,bytes_here:ah(i),bytes_not_safe:ah(i.filter(e=>!al.has(e.display_state))),needs_attention:e.filter(e=>e.needs_attention).length,bytes_per_second:s?.rate??0,seconds_left:s?.left??null,text:ao(e,t,a).map(e=>e.text).join(" ")}}(...e));let t=ao(...e),a=t.map(e=>e.tone+e.text).join(" ");this.summary.dataset.drawn!==a&&(this.summary.dataset.drawn=a,this.summary.replaceChildren(...t.map(e=>en("span",{"data-tone":e.tone},`${e.text} `))))}keep(){if(!this.options.onSnapshot||!this.feed.station||performance.now()-this.keptAt<3e4)return;this.keptAt=performance.now();let e=this.grid.order.slice(0,100).flatMap(e=>this.feed.rows.get(e)??[]);this.options.onSnapshot({station:this.feed.station,rows:e.map(tp)})}off(){let{link:e}=this.feed;return"live"===e.state?"":"refused"===e.state?e.message:"The staging service does not answer."}paint(e){let t=this.feed.rows.get(e.path);t&&e.update(tp(t),this.doer.deeds.noteOf(t),this.off()),e.setPicked(this.finding.picker.has(e.path))}activeRun(){let[e,...t]=this.finding.picker.paths;return e&&!t.length?e:this.grid.order.includes(this.visited)?this.visited:""}onKey(e){e.stopPropagation(),this.finding.key(e)&&e.preventDefault()}},a_=class extends d.Widget{constructor(e,t){super(),this.source=e,this.keepAs=t,this.ready=new Promise(e=>this.settle=e),this.addClass("exlab-lab"),this.title.icon=E,this.title.caption="Staging: is my data safe, and may I free the disk?"}source;keepAs;ready;mounted=null;settle;get activeRun(){return this.isVisible?this.mounted?.activeRun()??"":""}dispose(){this.mounted?.dispose(),super.dispose()}onAfterAttach(){this.isVisible&&this.mount()}onAfterShow(){this.mount()}mount(){if(this.mounted)return;let{api:e,feed:t,version:a,baseUrl:i}=this.source;this.mounted=function(e,t,a={}){let i=new ak(t,a);e.append(i.element),i.start();let{picker:s,linker:n,finder:r}=i.finding;return{dispose:()=>i.dispose(),select:e=>s.set(e),reveal:e=>n.reveal(e),setFilter:e=>r.setFilter(e),activeRun:()=>i.activeRun(),act:(e,t)=>i.doer.perform(e,t),review:()=>i.whole.openReview(null),pauseAll:e=>void i.whole.pause(null,e)}}(this.node,e,{feed:t.view(),uiVersion:a,keepAs:this.keepAs,baseUrl:i}),this.settle(this.mounted)}},a$="exlab-wizard-side",aS=class{constructor(e,t){this.app=e,this.source=t,this.side=new a_(t,"side"),this.side.id=a$,e.shell.add(this.side,"right",{rank:700,type:"Staging"})}app;source;side;tracker=new s.WidgetTracker({namespace:"exlab-wizard"});openSide(){return this.app.shell.activateById(a$),this.side.ready}async openTab(){let e=this.tracker.currentWidget,t=e&&!e.isDisposed?e:this.makeTab();return t.isAttached||this.app.shell.add(t,"main"),this.tracker.has(t)||await this.tracker.add(t),this.app.shell.activateById(t.id),t.content.ready}current(){let e=this.tracker.currentWidget;return e?.isVisible?e.content.ready:this.openSide()}get activeRun(){return this.tracker.currentWidget?.content.activeRun||this.side.activeRun}makeTab(){let e=new s.MainAreaWidget({content:new a_(this.source,"tab")});return e.id="exlab-wizard-tab",e.title.label="Staging",e.title.icon=E,e.title.closable=!0,e.toolbar.hide(),e}},aA="staging-run",aC=new Set(["sync_verified","cleared"]),aE=class{failed=null;open=!1;look(e){let t=this.failed,a=e.filter(e=>"Failed"===e.display_state);return this.failed=new Set(a.map(e=>e.path)),[...(t?a.filter(e=>!t.has(e.path)):[]).map(aT),...this.verifiedItem(e)]}verifiedItem(e){let t=e.filter(e=>e.local_data),a=t.some(aM),i=this.open&&!a&&t.length>0;if(this.open=a,!i||e.some(e=>e.needs_attention))return[];let s=t.reduce((e,t)=>e+t.byte_total,0);return[{kind:"verified",text:`All runs are verified on the NAS: ${K(t.length,"run")}, ${B(s)} on this computer.`,path:""}]}};function aM(e){return!aC.has(e.current_state)}function aT(e){let[t,,,a]=e.path.split("/"),i=`${a??e.path} (${t}) failed. ${e.why}`;return{kind:"failed",text:i.length>135?`${i.slice(0,135)}…`:i,path:e.path}}var aL=[["Syncing","syncing"],["Verifying","verifying"],["Clearing","clearing"],["Restoring","restoring"]],aq=[["Stalled","stalled"],["Paused","paused"],["Receiving","receiving"],["Waiting","waiting"]];function aR(e,t){return t.flatMap(([t,a])=>{let i=e.filter(e=>e.display_state===t&&!e.needs_attention).length;return i?[`${H(i)} ${a}`]:[]})}var aO={orchestrator_disabled:"switched off",not_installed:"not installed",station_starting:"starting",signed_out:"not signed in",config_invalid:"mistake in the configuration",config_mismatch:"two configurations"},aN=new Set(["orchestrator_disabled","not_installed","station_starting"]),aP=class extends d.Widget{words=document.createElement("span");button;unlisten;shape="";constructor(e,t){super(),this.button=el("",t,{class:"exlab-statusitem"}),this.button.append(ey("waiting"),this.words),this.node.append(this.button),this.unlisten=e.listen(()=>this.draw(e.feed)),this.draw(e.feed)}dispose(){this.unlisten(),super.dispose()}draw(e){let t=[...e.rows.values()],a=function(e,t){if("live"!==t.state){var a=t;if("loading"===a.state)return{text:"Staging",shape:"waiting",tone:"plain"};if("down"===a.state){let e=a.since?` since ${G(a.since)}`:"";return{text:`Staging: does not answer${e}`,shape:"failed",tone:"alert"}}let e=aN.has(a.code);return{text:`Staging: ${aO[a.code]??"not available"}`,shape:e?"paused":"failed",tone:e?"plain":"alert"}}let i=e.filter(e=>e.needs_attention).length,s=aR(e,aL),n=s.length?s:aR(e,aq);if(i&&n.push(`${H(i)} need${1===i?"s":""} attention`),!n.length)return e.filter(e=>e.local_data).length?{text:"Staging: all verified",shape:"verified",tone:"good"}:{text:"Staging: empty",shape:"cleared",tone:"plain"};let r=i?"failed":s.length?"syncing":"waiting";return{text:`Staging: ${n.join(", ")}`,shape:r,tone:i?"alert":"plain"}}(t,e.link);eh(this.words,a.text),eo(this.button,"data-tone",a.tone);let i=ao(t,new Date,e.station?.unrecognised??[]),s="live"===e.link.state?i.map(e=>e.text).join(" "):e.link.message;eo(this.button,"title",`${s} Click for the staging panel.`.trim()),this.shape!==a.shape&&(this.shape=a.shape,this.button.replaceChildren(ey(a.shape),this.words))}},aj="exlab-wizard:plugin",az=/^(JupyterLab|Jupyter Notebook)/,aV=new Set(["","tree","notebooks"]),aD={id:aj,description:"The staging panel beside the notebook: is my data safe, and may I free the disk?",autoStart:!0,optional:[i.ILayoutRestorer,s.ICommandPalette,r.ILauncher,o.IStatusBar,l.ISettingRegistry],activate:function(e,t,a,i,r,l){var o,h,d,c,b,g,f,x;let m,w,v,k,_,$,S;if(!az.test(e.name)||!aV.has(n.PageConfig.getOption("notebookPage")))return;(m=document.createElement("style")).dataset.owner="exlab-wizard",m.textContent=`/* src/table/finding.css */
.exlab-staging .exlab-box {
  appearance: auto;
  flex: none;
  width: 15px;
  height: 15px;
  margin: 0;
  accent-color: var(--exlab-focus);
  cursor: pointer;
}
.exlab-facets,
.exlab-help {
  padding: 8px 14px 12px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-facets {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  gap: 10px 18px;
}
.exlab-staging .exlab-facet {
  display: flex;
  flex-direction: column;
  min-width: 0;
  margin: 0;
  padding: 0;
  border: none;
}
.exlab-facet legend {
  padding: 0 0 4px;
  font-weight: 600;
}
.exlab-facet-list {
  max-height: 344px;
  overflow-y: auto;
}
.exlab-facet-line {
  display: flex;
  align-items: center;
  gap: 7px;
  min-height: 26px;
  padding: 0 6px 0 3px;
  border-radius: 3px;
  cursor: pointer;
  white-space: pre;
}
.exlab-facet-line:hover {
  background: color-mix(in srgb, var(--exlab-text) 6%, transparent);
}
.exlab-facet-line > .exlab-cut {
  flex: 1;
}
.exlab-facet-icon {
  display: flex;
}
.exlab-facet-sort {
  gap: 6px;
  align-items: flex-start;
}
.exlab-staging .exlab-select {
  max-width: 100%;
  height: 28px;
  padding: 0 4px;
  font: inherit;
  font-size: 12px;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-facet-close {
  margin-top: auto;
}
.exlab-help dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 3px 16px;
  margin: 0 0 8px;
}
.exlab-help dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-help dt {
  float: none;
  width: auto;
  min-width: 0;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-help kbd {
  padding: 0 4px;
  font: inherit;
  color: inherit;
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  border-radius: 3px;
  box-shadow: none;
}
.exlab-help p {
  margin-bottom: 8px;
  color: var(--exlab-quiet);
}
.exlab-active {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 10px;
  padding: 0 14px 8px;
}
.exlab-active-chip > [aria-hidden] {
  margin-left: 5px;
}
.exlab-shown {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-staging .exlab-active-chip {
  display: flex;
  max-width: 320px;
  border-color: var(--exlab-edge);
  background: var(--exlab-raised);
  white-space: pre;
}
.exlab-notice {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 6px 14px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-notice > span {
  flex: 1;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-sort {
  max-width: 100%;
  min-height: 26px;
  margin: 0 -4px;
  padding: 0 4px;
  font: inherit;
  color: inherit;
  background: none;
  border: none;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-sort:hover {
  background: color-mix(in srgb, var(--exlab-text) 7%, transparent);
}
.exlab-sorted {
  display: inline-block;
  margin-left: 3px;
}
.exlab-sorted:empty {
  display: none;
}
.exlab-pick > label {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 26px;
  height: 26px;
  margin: -3px 0 0 -5.5px;
}
.exlab-staging .exlab-row[aria-selected=true] {
  background: color-mix(in srgb, var(--exlab-focus) 10%, var(--exlab-ground));
}
.exlab-row[aria-current=true] {
  outline: 2px solid var(--exlab-focus);
  outline-offset: -2px;
}
.exlab-selection {
  position: sticky;
  bottom: 0;
  z-index: 1;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px 14px;
  padding: 7px 14px;
  border-top: 1px solid var(--exlab-edge);
  background: color-mix(in srgb, var(--exlab-focus) 10%, var(--exlab-ground));
}
.exlab-selected {
  font-variant-numeric: tabular-nums;
}
.exlab-bulk {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 6px;
}
@media (forced-colors: active) {
  .exlab-row[aria-selected=true] {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }
  .exlab-selection {
    border: 1px solid CanvasText;
  }
}
.exlab-limit {
  padding: 0 14px 8px;
  color: var(--exlab-quiet);
  font-weight: 600;
}

/* src/table/acting.css */
.exlab-remedies {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 6px;
}
.exlab-remedies:empty {
  display: none;
}
.exlab-staging .exlab-remedies .exlab-button {
  border-color: var(--exlab-edge);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-row [data-verb=menu] {
  padding: 2px 0;
  font-weight: 700;
  line-height: 1;
}
.exlab-staging .exlab-menu {
  position: fixed;
  inset: auto;
  z-index: 10000;
  display: block;
  max-width: min(340px, calc(100vw - 16px));
  margin: 0;
  padding: 4px;
  overflow-y: auto;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 4px;
  box-shadow: 0 3px 12px rgb(0 0 0 / 28%);
  font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
}
.exlab-staging .exlab-menu-item {
  display: block;
  width: 100%;
  min-height: 28px;
  padding: 4px 10px;
  font: inherit;
  color: inherit;
  text-align: left;
  background: none;
  border: none;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-staging .exlab-menu-item:is(:hover, :focus) {
  background: color-mix(in srgb, var(--exlab-text) 9%, var(--exlab-ground));
}
.exlab-staging .exlab-menu-item[aria-disabled=true] {
  border: none;
}
.exlab-menu-why {
  display: block;
  font-size: 12px;
  white-space: normal;
  overflow-wrap: anywhere;
}
.exlab-chips {
  flex: 1;
}
.exlab-whole {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  margin-left: auto;
}
.exlab-pauses:empty {
  display: none;
}
.exlab-details-bar {
  display: flex;
  align-items: center;
  justify-content: space-between;
}
.exlab-parts {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr));
  gap: 12px 32px;
}
.exlab-parts > section {
  min-width: 0;
}
.exlab-parts > section:is([aria-label=Findings], [aria-label=Checksums]) {
  grid-column: 1 / -1;
}
.exlab-staging .exlab-parts h3,
.exlab-staging .exlab-review h3 {
  margin: 0 0 4px;
  font: inherit;
  font-weight: 600;
  color: inherit;
}
.exlab-parts p {
  margin: 2px 0;
  overflow-wrap: anywhere;
}
.exlab-parts ul {
  padding-left: 18px;
  overflow-wrap: anywhere;
}
.exlab-parts [data-tone=red] {
  color: var(--exlab-red);
}
.exlab-path {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 8px;
}
.exlab-staging .exlab-path .exlab-button {
  border-color: var(--exlab-line);
}
.exlab-staging .exlab-timeline {
  margin: 0;
  padding: 0;
  list-style: none;
}
.exlab-timeline li {
  position: relative;
  display: grid;
  grid-template-columns: 96px 1fr;
  gap: 10px;
  padding: 0 0 6px 16px;
  font-variant-numeric: tabular-nums;
}
.exlab-timeline li::before {
  content: "";
  position: absolute;
  left: 0;
  top: 5px;
  width: 9px;
  height: 9px;
  border-radius: 50%;
  background: var(--exlab-tone);
}
.exlab-timeline li:not(:last-child)::after {
  content: "";
  position: absolute;
  left: 4px;
  top: 14px;
  bottom: -5px;
  width: 1px;
  background: var(--exlab-edge);
}
.exlab-timeline time {
  white-space: nowrap;
}
.exlab-staging .exlab-parts dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 2px 14px;
  margin: 0;
}
.exlab-staging .exlab-parts dt {
  font: inherit;
  color: var(--exlab-quiet);
}
.exlab-staging .exlab-parts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.exlab-staging ul.exlab-findings {
  padding: 0;
  list-style: none;
}
.exlab-findings li {
  margin: 4px 0;
  padding-left: 10px;
  border-left: 3px solid var(--exlab-tone, var(--exlab-edge));
  overflow-wrap: anywhere;
}
.exlab-findings .exlab-button {
  margin: 3px 0;
}
.exlab-sums-list {
  max-height: 260px;
  overflow: auto;
  margin-bottom: 6px;
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
}
.exlab-staging .exlab-sums table {
  width: 100%;
  margin: 0;
  border-collapse: collapse;
  border: none;
  font: inherit;
  color: inherit;
  table-layout: auto;
}
.exlab-staging .exlab-sums :is(th, td) {
  padding: 3px 8px;
  font: inherit;
  color: inherit;
  text-align: left;
  vertical-align: top;
  background: none;
  max-width: none;
  overflow-wrap: anywhere;
  white-space: normal;
}
.exlab-staging .exlab-sums th {
  position: sticky;
  top: 0;
  font-weight: 600;
  background: var(--exlab-raised);
}
.exlab-staging .exlab-sums td.exlab-number {
  text-align: right;
  white-space: nowrap;
}
.exlab-staging .exlab-sums tr {
  background: none;
}
.exlab-override label {
  display: block;
  margin: 8px 0 2px;
  font-weight: 600;
}
.exlab-staging .exlab-override :is(select, textarea, input) {
  box-sizing: border-box;
  max-width: 100%;
  min-height: 28px;
  padding: 3px 8px;
  font: inherit;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-staging .exlab-override textarea {
  display: block;
  width: min(72ch, 100%);
  resize: vertical;
}
.exlab-form-said:empty {
  display: none;
}
.exlab-staging [role=status][data-tone] {
  color: var(--exlab-tone);
  font-weight: 600;
}
.exlab-staging .exlab-banner-place[role=status] {
  color: inherit;
}
body[data-jp-theme-light=false] .exlab-override input[type=date] {
  color-scheme: dark;
}
.exlab-review {
  padding: 12px 14px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-review > p {
  margin: 4px 0;
  max-width: 90ch;
}
.exlab-review-criteria {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 24px;
  margin: 6px 0;
}
.exlab-staging .exlab-search.exlab-short {
  width: 64px;
}
.exlab-staging .exlab-review-list {
  max-height: 320px;
  overflow-y: auto;
  margin: 6px 0;
  list-style: none;
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
}
.exlab-review-list li {
  content-visibility: auto;
  contain-intrinsic-size: auto 28px;
  border-bottom: 1px solid var(--exlab-line);
}
.exlab-review-list li:last-child {
  border-bottom: none;
}
.exlab-review-list label {
  display: grid;
  grid-template-columns: 20px minmax(0, 1fr) 100px 76px minmax(150px, auto);
  gap: 0 12px;
  align-items: center;
  min-height: 28px;
  padding: 2px 10px;
  cursor: pointer;
}
.exlab-review-list input {
  width: 16px;
  height: 16px;
  margin: 0;
  accent-color: var(--exlab-focus);
}
.exlab-review-name {
  overflow-wrap: anywhere;
}
.exlab-review-stay summary {
  min-height: 26px;
  cursor: pointer;
}
.exlab-staging .exlab-review-stay ul {
  max-height: 200px;
  overflow-y: auto;
  padding-left: 18px;
  overflow-wrap: anywhere;
}
.exlab-log {
  position: relative;
}
.exlab-log-lines {
  overflow-anchor: none;
}
.exlab-log-errors {
  display: flex;
  align-items: center;
  gap: 2px;
}
.exlab-log-errors .exlab-button {
  min-width: 26px;
}
.exlab-staging .exlab-log-bar .exlab-search {
  width: 150px;
  height: 26px;
}
.exlab-log-error[data-at] {
  background: color-mix(in srgb, var(--exlab-red) 14%, var(--exlab-ground));
}
.exlab-staging .exlab-log-below {
  position: absolute;
  right: 24px;
  bottom: 8px;
  box-shadow: 0 1px 4px rgb(0 0 0 / 30%);
}
@container exlab (max-width: 800px) {
  .exlab-remedies [data-verb=log] {
    display: none;
  }
  .exlab-whole {
    margin-left: 0;
  }
  .exlab-review-list label {
    grid-template-columns: 20px minmax(0, 1fr) 76px;
    padding: 5px 10px;
  }
  .exlab-review-list label > :nth-child(3) {
    display: none;
  }
  .exlab-review-list label > :last-child {
    grid-column: 2 / -1;
  }
  .exlab-timeline li {
    grid-template-columns: 1fr;
    gap: 0;
  }
}
@media (forced-colors: active) {
  .exlab-timeline li::before {
    background: CanvasText;
  }
  .exlab-staging .exlab-menu-item:focus {
    outline: 2px solid Highlight;
  }
}

/* src/table/staging.css */
.exlab-staging {
  --exlab-ground: var(--jp-layout-color1, #fff);
  --exlab-raised: color-mix(in srgb, var(--exlab-text) 5%, var(--exlab-ground));
  --exlab-line: var(--jp-border-color2, #e0e0e0);
  --exlab-edge: #767676;
  --exlab-text: #212121;
  --exlab-quiet: #5a5a5a;
  --exlab-track: #e0e0e0;
  --exlab-focus: #0060a8;
  --exlab-grey: #616161;
  --exlab-wait: #616161;
  --exlab-blue: #0060a8;
  --exlab-amber: #8a5300;
  --exlab-red: #b3200f;
  --exlab-green: #00694c;
  --exlab-tint: 7%;
  color-scheme: light;
  --exlab-actions: 178px;
  container: exlab / inline-size;
  box-sizing: border-box;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  border-radius: 4px;
  font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  margin: 2px 0;
  outline: none;
  overflow: clip;
}
.exlab-staging[data-height] {
  display: flex;
  flex-direction: column;
  margin: 0;
}
.exlab-staging[data-height] > * {
  flex: none;
}
.exlab-staging[data-height] > .exlab-grid {
  flex: 0 1 auto;
  min-height: 120px;
  max-height: none;
}
.exlab-staging[data-height] > .exlab-foot {
  margin-top: auto;
}
body[data-jp-theme-light=false] .exlab-staging {
  --exlab-edge: #9a9a9a;
  --exlab-text: #f0f0f0;
  --exlab-quiet: #bdbdbd;
  --exlab-track: #424242;
  --exlab-focus: #6cbcf5;
  --exlab-grey: #b0b0b0;
  --exlab-wait: #b0b0b0;
  --exlab-blue: #6cbcf5;
  --exlab-amber: #f3b64c;
  --exlab-red: #ff9a76;
  --exlab-green: #4fd1a5;
  --exlab-tint: 11%;
  color-scheme: dark;
}
.exlab-staging *,
.exlab-staging *::before {
  box-sizing: border-box;
}
.exlab-staging [hidden] {
  display: none !important;
}
.exlab-staging p,
.exlab-staging h2,
.exlab-staging ul {
  margin: 0;
  padding: 0;
  font: inherit;
  color: inherit;
}
.exlab-staging code {
  font-family: var(--jp-code-font-family, monospace);
  font-size: 12px;
  color: inherit;
  background: none;
  padding: 0;
  overflow-wrap: anywhere;
}
.exlab-unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.exlab-staging [data-tone=grey] {
  --exlab-tone: var(--exlab-grey);
}
.exlab-staging [data-tone=wait] {
  --exlab-tone: var(--exlab-wait);
}
.exlab-staging [data-tone=blue] {
  --exlab-tone: var(--exlab-blue);
}
.exlab-staging [data-tone=amber] {
  --exlab-tone: var(--exlab-amber);
}
.exlab-staging [data-tone=red] {
  --exlab-tone: var(--exlab-red);
}
.exlab-staging [data-tone=green] {
  --exlab-tone: var(--exlab-green);
}
.exlab-icon {
  width: 16px;
  height: 16px;
  flex: none;
  color: var(--exlab-tone, currentColor);
  overflow: visible;
}
.exlab-icon path {
  fill: none;
  stroke: currentColor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.exlab-icon .exlab-icon-fill {
  fill: currentColor;
  stroke: none;
}
.exlab-icon .exlab-icon-cut {
  stroke: var(--exlab-ground);
  stroke-width: 1.7;
}
.exlab-top {
  display: flex;
  align-items: baseline;
  gap: 12px;
  padding: 12px 14px 8px;
}
.exlab-staging .exlab-title {
  font-size: 15px;
  font-weight: 600;
  flex: none;
}
.exlab-summary {
  flex: 1;
  min-width: 0;
  font-variant-numeric: tabular-nums;
}
.exlab-summary [data-tone=alert] {
  color: var(--exlab-amber);
  font-weight: 600;
}
.exlab-summary [data-tone=good] {
  color: var(--exlab-green);
  font-weight: 600;
}
.exlab-disk {
  flex: none;
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-banner,
.exlab-remark {
  display: flex;
  gap: 10px;
  padding: 8px 14px;
  background: color-mix(in srgb, var(--exlab-tone) var(--exlab-tint), var(--exlab-ground));
  border-top: 1px solid var(--exlab-line);
}
.exlab-banner {
  align-items: center;
  min-height: 44px;
}
.exlab-banner > span,
.exlab-remark > span {
  flex: 1;
  overflow-wrap: anywhere;
}
.exlab-remark {
  padding: 6px 14px;
}
.exlab-remark .exlab-icon {
  margin-top: 1px;
}
.exlab-strangers {
  display: block;
  color: var(--exlab-text);
}
.exlab-strangers summary {
  display: flex;
  align-items: center;
  gap: 10px;
  min-height: 26px;
  margin: -3px 0;
  cursor: pointer;
  list-style: none;
}
.exlab-strangers summary::-webkit-details-marker {
  display: none;
}
.exlab-strangers summary .exlab-icon {
  margin: 0;
}
.exlab-strangers[data-tone=amber] summary {
  color: var(--exlab-amber);
  font-weight: 600;
}
.exlab-strangers[open] summary .exlab-icon {
  transform: rotate(90deg);
}
.exlab-strangers ul {
  margin: 2px 0 6px 26px;
}
.exlab-strangers li {
  margin: 3px 0;
  overflow-wrap: anywhere;
}
.exlab-strangers em {
  color: var(--exlab-quiet);
  font-style: normal;
}
.exlab-toolbar {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  padding: 8px 14px;
  border-top: 1px solid var(--exlab-line);
}
.exlab-staging .exlab-search {
  width: 210px;
  height: 28px;
  padding: 0 8px;
  font: inherit;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-search::placeholder {
  color: var(--exlab-quiet);
  opacity: 1;
}
.exlab-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}
.exlab-staging .exlab-chip,
.exlab-staging .exlab-button {
  min-height: 26px;
  padding: 2px 8px;
  font: inherit;
  color: var(--exlab-text);
  background: none;
  border: 1px solid transparent;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-staging .exlab-chip {
  min-height: 28px;
  border-color: var(--exlab-line);
}
.exlab-chip-count {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-staging .exlab-chip[aria-pressed=true] {
  background: var(--exlab-text);
  color: var(--exlab-ground);
  border-color: var(--exlab-text);
}
.exlab-chip[aria-pressed=true] .exlab-chip-count {
  color: inherit;
}
.exlab-staging .exlab-chip[data-some]:not([aria-pressed=true]) {
  border-color: var(--exlab-amber);
  color: var(--exlab-amber);
}
.exlab-chip[data-some]:not([aria-pressed=true]) .exlab-chip-count {
  color: inherit;
  font-weight: 600;
}
.exlab-staging .exlab-primary {
  border-color: var(--exlab-edge);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-danger {
  border-color: var(--exlab-red);
  color: var(--exlab-red);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-button:hover,
.exlab-staging .exlab-chip:not([aria-pressed=true]):hover {
  background: var(--exlab-raised);
}
.exlab-staging [aria-disabled=true] {
  color: var(--exlab-quiet);
  border-style: dashed;
  cursor: not-allowed;
}
.exlab-staging :focus-visible {
  outline: 2px solid var(--exlab-focus);
  outline-offset: -2px;
}
.exlab-grid {
  max-height: min(70vh, 620px);
  overflow-y: auto;
  overflow-x: hidden;
  scroll-padding-top: 32px;
  border-top: 1px solid var(--exlab-line);
  outline: none;
}
.exlab-head {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--exlab-raised);
  border-bottom: 1px solid var(--exlab-line);
}
.exlab-cells,
.exlab-row {
  display: grid;
  grid-template-columns: [pick] 16px [state] 96px [run] minmax(190px, 1fr) [progress] 208px [files] 96px [size] 62px [last] 94px [actions] var(--exlab-actions) [end];
  column-gap: 10px;
  align-items: start;
  padding: 0 14px;
}
.exlab-th {
  min-width: 0;
  padding: 3px 0;
  font-weight: 600;
  line-height: 26px;
  white-space: nowrap;
}
.exlab-th-pick {
  display: flex;
  align-self: center;
}
.exlab-th-files,
.exlab-th-size,
.exlab-th-last {
  text-align: right;
}
.exlab-th-actions {
  overflow: hidden;
  text-indent: 100%;
}
.exlab-row {
  min-height: 48px;
  padding-top: 7px;
  padding-bottom: 6px;
  border-bottom: 1px solid var(--exlab-line);
  background: var(--exlab-ground);
}
.exlab-body > :last-child,
.exlab-body > :last-child > .exlab-opened-cell {
  border-bottom: none;
}
.exlab-row:hover {
  background: var(--exlab-raised);
}
.exlab-row[data-attention] {
  box-shadow: inset 3px 0 0 var(--exlab-tone);
  background: color-mix(in srgb, var(--exlab-tone) var(--exlab-tint), var(--exlab-ground));
}
.exlab-state {
  display: flex;
  align-items: center;
  gap: 7px;
  min-height: 20px;
  color: var(--exlab-tone);
  font-weight: 600;
}
.exlab-run {
  display: contents;
}
.exlab-row > *,
.exlab-name {
  grid-row: 1;
}
.exlab-pick {
  grid-column: pick;
}
.exlab-state {
  grid-column: state;
}
.exlab-name {
  grid-column: run;
}
.exlab-said {
  grid-column: run / progress;
  grid-row: 2;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 12px;
  min-width: 0;
}
.exlab-said > * {
  min-width: 0;
  max-width: 100%;
}
.exlab-row:not([data-bar]) .exlab-said {
  grid-column: run / actions;
}
.exlab-equipment,
.exlab-project,
.exlab-th-equipment,
.exlab-th-project {
  display: none;
}
.exlab-progress {
  grid-column: progress;
  grid-row: 1;
}
.exlab-row[data-bar] .exlab-progress {
  grid-row: 1 / span 2;
}
.exlab-files {
  grid-column: files;
}
.exlab-size {
  grid-column: size;
}
.exlab-last {
  grid-column: last;
}
.exlab-actions {
  grid-column: actions;
  grid-row: 1 / span 2;
}
.exlab-name {
  display: flex;
  flex-wrap: wrap;
  gap: 0 8px;
  min-width: 0;
  white-space: nowrap;
}
.exlab-leaf {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  font-variant-numeric: tabular-nums;
  font-weight: 500;
}
.exlab-place {
  display: flex;
  flex: 1 1 200px;
  min-width: 0;
  overflow: hidden;
  color: var(--exlab-quiet);
  white-space: pre;
}
.exlab-cut {
  overflow: hidden;
  text-overflow: ellipsis;
  min-width: 0;
  flex: 0 1 auto;
}
.exlab-place > :first-child {
  flex: none;
  max-width: 100%;
}
.exlab-place > :last-child {
  flex: 0 0.00001 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}
.exlab-place > bdi.exlab-cut:not(:empty) {
  min-width: 1.1em;
}
.exlab-place > :empty + :last-child {
  flex-shrink: 1;
}
.exlab-badge {
  align-self: center;
  padding: 0 5px;
  font-size: 11px;
  line-height: 16px;
  color: var(--exlab-quiet);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-why {
  color: var(--exlab-quiet);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.exlab-row[data-attention] .exlab-said {
  grid-column: run / actions;
  grid-row: 3;
}
.exlab-row[data-attention] .exlab-why {
  color: var(--exlab-text);
  white-space: normal;
  overflow-wrap: anywhere;
}
.exlab-why:empty {
  display: none;
}
.exlab-note:empty {
  display: none;
}
.exlab-note {
  flex-basis: 100%;
  overflow-wrap: anywhere;
  font-weight: 600;
}
.exlab-note[data-tone=busy] {
  color: var(--exlab-blue);
}
.exlab-note[data-tone=done] {
  color: var(--exlab-green);
}
.exlab-note[data-tone=error] {
  color: var(--exlab-red);
}
.exlab-track {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 16px;
}
.exlab-track:has(> [hidden]) {
  display: none;
}
.exlab-rate {
  flex: none;
  color: var(--exlab-quiet);
  font-size: 12px;
  line-height: 16px;
  font-variant-numeric: tabular-nums;
}
.exlab-rate:empty {
  display: none;
}
.exlab-bar {
  flex: 1;
  height: 6px;
  border-radius: 3px;
  background: var(--exlab-track);
  overflow: hidden;
}
.exlab-fill {
  height: 100%;
  border-radius: 3px;
  background: var(--exlab-tone);
  transition: width 0.4s linear;
}
.exlab-row[data-state=Stalled] .exlab-fill,
.exlab-row[data-state=Paused] .exlab-fill {
  background:
    repeating-linear-gradient(
      -45deg,
      var(--exlab-tone) 0 4px,
      transparent 4px 7px);
}
.exlab-row[data-state=Verifying] .exlab-fill {
  background:
    repeating-linear-gradient(
      90deg,
      var(--exlab-tone) 0 5px,
      transparent 5px 7px);
}
.exlab-percent {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-number {
  text-align: right;
  white-space: nowrap;
  font-variant-numeric: tabular-nums;
}
.exlab-last {
  color: var(--exlab-quiet);
}
.exlab-actions {
  display: grid;
  grid-template-columns: 102px 38px 28px;
  gap: 4px;
  align-items: center;
  margin-top: -3px;
}
.exlab-actions .exlab-button {
  padding: 2px 4px;
}
.exlab-actions [data-verb=details] {
  display: none;
}
.exlab-opened-cell {
  padding: 10px 14px 12px 146px;
  border-bottom: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-ask p {
  margin: 4px 0;
  max-width: 72ch;
  overflow-wrap: anywhere;
}
.exlab-answers {
  display: flex;
  gap: 8px;
  margin-top: 8px;
}
.exlab-answers .exlab-button {
  padding: 2px 12px;
}
.exlab-log-bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px;
  margin-bottom: 6px;
}
.exlab-log-path {
  flex: 1 1 240px;
  min-width: 120px;
  color: var(--exlab-quiet);
}
.exlab-log-lines {
  position: relative;
  max-height: 260px;
  overflow: auto;
  padding: 6px 8px;
  font: 12px/1.5 var(--jp-code-font-family, monospace);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.exlab-log-error {
  color: var(--exlab-red);
  font-weight: 700;
}
.exlab-log-warning {
  color: var(--exlab-amber);
}
.exlab-quiet,
.exlab-foot {
  color: var(--exlab-quiet);
}
.exlab-empty {
  padding: 32px 14px;
  text-align: center;
  color: var(--exlab-quiet);
  border-top: 1px solid var(--exlab-line);
}
.exlab-empty p {
  margin: 0 0 8px;
}
.exlab-empty strong {
  color: var(--exlab-text);
  font-weight: 600;
}
.exlab-foot {
  padding: 6px 14px;
  border-top: 1px solid var(--exlab-line);
  font-size: 12px;
  overflow-wrap: anywhere;
}
.exlab-foot:empty {
  display: none;
}
.exlab-chart {
  border-top: 1px solid var(--exlab-line);
}
.exlab-chart-fold {
  display: flex;
  align-items: baseline;
  gap: 7px;
  min-height: 34px;
  padding: 7px 14px;
  cursor: pointer;
  list-style: none;
}
.exlab-chart-fold::-webkit-details-marker {
  display: none;
}
.exlab-chart-fold .exlab-icon {
  align-self: flex-start;
  margin-top: 2px;
  color: var(--exlab-quiet);
}
.exlab-chart[open] .exlab-chart-fold .exlab-icon {
  transform: rotate(90deg);
}
.exlab-chart-title {
  flex: none;
  font-weight: 600;
}
.exlab-chart-sentence {
  flex: 1;
  min-width: 0;
  padding-left: 5px;
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-chart-body {
  display: grid;
  grid-template-columns: 122px minmax(0, 1fr);
  column-gap: 10px;
  padding: 2px 14px 4px;
}
.exlab-chart-label {
  display: flex;
  flex-direction: column;
  font-size: 12px;
  line-height: 15px;
  white-space: nowrap;
}
.exlab-chart-value {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-chart-plot {
  position: relative;
  cursor: crosshair;
  outline-offset: 2px;
}
.exlab-chart-svg {
  display: block;
  overflow: visible;
}
.exlab-chart-svg * {
  vector-effect: non-scaling-stroke;
}
.exlab-chart-rate {
  fill: var(--exlab-blue);
}
.exlab-chart-disk {
  fill: none;
  stroke: var(--exlab-grey);
  stroke-width: 1.5;
  stroke-linejoin: round;
}
.exlab-chart-disk-area {
  fill: color-mix(in srgb, var(--exlab-grey) 18%, transparent);
}
.exlab-chart-ground {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
}
.exlab-chart-full {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
  stroke-dasharray: 2 4;
}
.exlab-chart-mark {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
}
.exlab-chart-gap {
  fill: var(--exlab-raised);
}
.exlab-chart-svg text {
  fill: var(--exlab-quiet);
  font-size: 11px;
  font-variant-numeric: tabular-nums;
}
.exlab-chart-hand {
  fill: none;
  stroke: var(--exlab-text);
  stroke-width: 1;
}
.exlab-chart-tip {
  position: absolute;
  top: -30px;
  z-index: 2;
  max-width: 100%;
  padding: 3px 8px;
  font-size: 12px;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
  pointer-events: none;
  font-variant-numeric: tabular-nums;
}
.exlab-staging:is([data-link=down], [data-link=refused]) :is(.exlab-row, .exlab-state, .exlab-row .exlab-why, .exlab-note) {
  color: var(--exlab-quiet);
  background: none;
}
.exlab-staging:is([data-link=down], [data-link=refused]) :is(.exlab-bar, .exlab-icon, .exlab-row) {
  filter: grayscale(1);
}
.exlab-staging:is([data-link=down], [data-link=refused]) .exlab-banner .exlab-icon {
  filter: none;
}
.exlab-staging:is([data-link=down], [data-link=refused]) .exlab-bar {
  opacity: 0.6;
}
@container exlab (min-width: 1400px) {
  .exlab-cells,
  .exlab-row {
    --exlab-actions: 240px;
  }
  .exlab-actions {
    grid-template-columns: 102px 38px 58px 28px;
  }
  .exlab-actions [data-verb=details] {
    display: block;
  }
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 96px [run] minmax(180px, 1fr) [equipment] 104px [project] minmax(110px, 0.5fr) [progress] 204px [files] 96px [size] 62px [last] 94px [actions] var(--exlab-actions) [end];
  }
  .exlab-equipment,
  .exlab-th-equipment,
  .exlab-th-project {
    display: block;
  }
  .exlab-equipment {
    grid-column: equipment;
    white-space: nowrap;
  }
  .exlab-project {
    grid-column: project;
    display: flex;
    min-width: 0;
    overflow: hidden;
    white-space: pre;
  }
  .exlab-project > :last-child {
    flex: 0 0.00001 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .exlab-project > bdi.exlab-cut:not(:empty) {
    min-width: 1.1em;
  }
  .exlab-project > :empty + :last-child {
    flex-shrink: 1;
  }
  .exlab-place {
    display: none;
  }
  .exlab-row[data-attention][data-bar] .exlab-said {
    grid-column: run / progress;
    grid-row: 2;
  }
}
@container exlab (min-width: 1380px) {
  .exlab-cells,
  .exlab-row {
    column-gap: 14px;
  }
  .exlab-chart-body {
    grid-template-columns: 126px minmax(0, 1fr);
    column-gap: 14px;
  }
}
@container exlab (max-width: 1040px) {
  .exlab-staging .exlab-search {
    width: 160px;
  }
  .exlab-opened-cell {
    padding-left: 142px;
  }
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 92px [run] minmax(190px, 1fr) [progress] minmax(168px, 0.9fr) [size] 62px [actions] var(--exlab-actions) [end];
    column-gap: 10px;
  }
  .exlab-files,
  .exlab-last,
  .exlab-th-files,
  .exlab-th-last {
    display: none;
  }
  .exlab-place {
    flex-basis: 100%;
  }
  .exlab-top {
    flex-wrap: wrap;
    gap: 2px 12px;
  }
  .exlab-summary {
    flex-basis: 100%;
    order: 1;
  }
  .exlab-disk {
    margin-left: auto;
  }
}
@container exlab (max-width: 800px) {
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 92px [run] minmax(170px, 1fr) [progress] minmax(136px, 0.5fr) [size] 62px [end];
  }
  .exlab-th-actions {
    display: none;
  }
  .exlab-row:is([data-attention], :not([data-bar])) .exlab-said {
    grid-column: run / end;
  }
  .exlab-actions {
    grid-column: run / end;
    grid-row: 7;
    margin-top: 4px;
    grid-template-columns: auto auto 28px;
    justify-content: start;
  }
  .exlab-actions > span:empty {
    display: none;
  }
  .exlab-actions > span:empty + .exlab-button {
    margin-left: -10px;
  }
  .exlab-actions .exlab-button {
    padding: 2px 10px;
  }
  .exlab-opened-cell {
    padding-left: 14px;
  }
}
@container exlab (max-width: 560px) {
  .exlab-chart-body {
    grid-template-columns: 92px minmax(0, 1fr);
    column-gap: 8px;
  }
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick state] 18px [run] minmax(0, 1fr) [size] 62px [end];
    column-gap: 8px;
  }
  .exlab-word,
  .exlab-th-progress,
  .exlab-th-state {
    display: none;
  }
  .exlab-row .exlab-pick {
    grid-row: 2;
    margin-top: -2px;
  }
  .exlab-progress,
  .exlab-row[data-bar] .exlab-progress {
    grid-column: run / end;
    grid-row: 2;
  }
  .exlab-said,
  .exlab-row:is([data-attention], :not([data-bar])) .exlab-said {
    grid-column: run / end;
    grid-row: 3;
  }
  .exlab-why {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-staging .exlab-search {
    width: 100%;
  }
}
@media (prefers-reduced-motion: reduce) {
  .exlab-fill {
    transition: none;
  }
}
@media (forced-colors: active) {
  .exlab-chart-svg {
    forced-color-adjust: none;
  }
  .exlab-chart-rate {
    fill: Highlight;
  }
  .exlab-chart-gap {
    fill: Canvas;
    stroke: GrayText;
    stroke-dasharray: 2 3;
  }
  .exlab-chart-svg text,
  .exlab-chart-disk-area {
    fill: CanvasText;
  }
  .exlab-chart-disk-area {
    fill-opacity: 0.2;
  }
  .exlab-chart-svg :is(.exlab-chart-disk, .exlab-chart-ground, .exlab-chart-full, .exlab-chart-hand) {
    stroke: CanvasText;
  }
  .exlab-bar,
  .exlab-badge {
    border: 1px solid CanvasText;
  }
  .exlab-fill {
    background: Highlight !important;
    forced-color-adjust: none;
  }
  .exlab-icon {
    color: CanvasText;
  }
  .exlab-icon .exlab-icon-cut {
    stroke: Canvas;
  }
  .exlab-staging .exlab-chip[aria-pressed=true] {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }
}
@container exlab (max-width: 320px) {
  .exlab-top,
  .exlab-toolbar,
  .exlab-cells,
  .exlab-row,
  .exlab-chart-fold,
  .exlab-chart-body,
  .exlab-foot {
    padding-left: 8px;
    padding-right: 8px;
  }
  .exlab-cells,
  .exlab-row {
    column-gap: 6px;
  }
  .exlab-leaf {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-place {
    display: block;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-place > bdi {
    display: inline;
    overflow: visible;
    unicode-bidi: normal;
  }
  .exlab-whole {
    flex-wrap: nowrap;
  }
  .exlab-staging .exlab-whole > :first-child {
    white-space: normal;
  }
  .exlab-chart:not([open]) .exlab-chart-sentence {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
}

/* src/lab/lab.css */
.exlab-lab {
  background: var(--jp-layout-color1, #fff);
  overflow: hidden;
}
.exlab-lab > .exlab-staging {
  height: 100%;
  display: flex;
  flex-direction: column;
  border: none;
  border-radius: 0;
  margin: 0;
}
.exlab-lab > .exlab-staging > * {
  flex: none;
}
.exlab-lab > .exlab-staging > .exlab-grid {
  flex: 0 1 auto;
  max-height: none;
  min-height: 120px;
}
.exlab-lab > .exlab-staging > .exlab-foot {
  margin-top: auto;
}
.exlab-statusitem {
  display: flex;
  align-items: center;
  gap: 5px;
  height: 100%;
  padding: 0 6px;
  border: none;
  background: none;
  color: inherit;
  font: inherit;
  line-height: 24px;
  white-space: nowrap;
  cursor: pointer;
  font-variant-numeric: tabular-nums;
}
.exlab-statusitem:hover {
  background: var(--jp-layout-color3, #ddd);
}
.exlab-statusitem:focus-visible {
  outline: 2px solid var(--jp-brand-color1, #0060a8);
  outline-offset: -2px;
}
.exlab-statusitem .exlab-icon {
  width: 14px;
  height: 14px;
}
.exlab-statusitem .exlab-icon-cut {
  stroke: var(--jp-layout-color2, #eee);
}
.exlab-statusitem[data-tone=alert] {
  color: #8a4b00;
  font-weight: 600;
}
.exlab-statusitem[data-tone=good] .exlab-icon {
  color: #00694c;
}
body[data-jp-theme-light=false] .exlab-statusitem[data-tone=alert] {
  color: #f3b64c;
}
body[data-jp-theme-light=false] .exlab-statusitem[data-tone=good] .exlab-icon {
  color: #4fd1a5;
}
#jp-left-stack > .exlab-lab,
#jp-right-stack > .exlab-lab {
  min-width: 320px;
}
@container exlab (max-width: 400px) {
  .exlab-lab .exlab-leaf {
    white-space: normal;
    overflow-wrap: anywhere;
  }
}
`,document.head.append(m);let{baseUrl:C}=e.serviceManager.serverSettings,R=(h=u,d=(o=C,`${o.replace(/\/+$/,"")}/staging`),{overview:e=>h("GET",`${d}/overview${null===e?"":`?since=${e}`}`),forceSync:(e,t)=>h("POST",p(d,e,"force-sync"),t?{even_if_incomplete:!0}:{}),clear:e=>h("POST",p(d,e,"clear"),{},18e5),acknowledge:e=>h("POST",p(d,e,"acknowledge"),{}),log:e=>h("GET",p(d,e,"log?lines=500")),activity:()=>h("GET",`${d}/activity`),listen:e=>{var t,a;let i,s,n,r;return t=C,a=e,(i=new URL(`${t.replace(/\/+$/,"")}/api/events/subscribe`,location.href)).protocol=i.protocol.replace("http","ws"),s=null,n=0,(r=()=>{(s=new WebSocket(i)).addEventListener("message",e=>{String(e.data).includes("https://schema.exlab-wizard.org/staging/changed/")&&a()}),s.addEventListener("close",()=>{n=window.setTimeout(r,15e3)})})(),()=>{if(window.clearTimeout(n),!s)return;let e=s;s=null,e.addEventListener("close",()=>window.clearTimeout(n)),e.close()}},...(c=h,b=d,{verify:(_=e=>t=>c("POST",p(b,t,e),{}))("verify"),restore:_("restore"),retry:_("retry"),pause:_("pause"),resume:_("resume"),pauseAll:e=>c("POST",`${b}/pause`,{equipment_id:e}),resumeAll:e=>c("POST",`${b}/resume`,{equipment_id:e}),detail:e=>c("GET",p(b,e,"detail")),checksums:(e,t,a)=>c("GET",p(b,e,`checksums?offset=${t}&limit=${a}`),void 0,6e4),override:(e,t)=>c("POST",p(b,e,"overrides"),t),clearVerified:e=>c("POST",`${b}/clear-verified`,e,e.dry_run?6e4:864e5)})}),O=new y(R),N=new aS(e,{api:R,feed:O,version:"0.1.0",baseUrl:new URL(C,window.location.href).pathname});for(let t of(w=new q(e,N,O),[(v=(t,a,i)=>(e.commands.addCommand(t,{label:e=>e.isLauncher?"Staging":a,icon:t===T?E:void 0,execute:i}),t))(M,"Open staging panel",()=>N.openSide()),v(T,"Open staging panel in a tab",()=>N.openTab()),...A.map(e=>v(e.id,e.label,t=>w.onRun(e,t))),v("exlab-wizard:clear-verified","Clear verified runs…",async()=>(await N.current()).review()),v("exlab-wizard:pause-all","Pause everything",async()=>(await N.current()).pauseAll(!0)),v("exlab-wizard:resume-all","Resume everything",async()=>(await N.current()).pauseAll(!1)),v(L,"Reveal run…",e=>w.reveal(e)),v("exlab-wizard:open-notebook","Open staging notebook",e=>w.openNotebook(e))]))a?.addItem({command:t,category:"Staging"});i?.add({command:T,category:"Other",args:{isLauncher:!0}}),r?.registerStatusItem(aj,{item:new aP(O,()=>void e.commands.execute(M)),align:"left",rank:5}),t?.add(N.side,N.side.id),t&&t.restore(N.tracker,{command:T,name:()=>"staging"}),g=e,f=O,x=l,$=new aE,S=!0,x?.load(aj).then(e=>{let t=()=>{S=!1!==e.get("notifications").composite};t(),e.changed.connect(t)},e=>{console.warn("exlab-wizard: no settings, so notifications stay on.",e)}),f.listen(()=>{if("live"!==f.feed.link.state)return;let e=$.look([...f.feed.rows.values()]);S&&e.forEach(e=>{var t,a;t=g,void("verified"===(a=e).kind?s.Notification.success(a.text,{autoClose:1e4}):s.Notification.error(a.text,{autoClose:!1,actions:[{label:"Show run",callback:()=>void t.commands.execute(L,{run:a.path})}]}))})}),O.start();let P=(k=new URL(window.location.href)).searchParams.get(aA)??new URLSearchParams(k.hash.replace(/^#/,"")).get(aA)??"";P&&e.restored.then(()=>e.commands.execute(L,{run:P}))}};a.d(t,{},{default:aD})}}]);